import { DEFAULT_DEPARTMENT } from '@stadtfunk/devices';

const BY_TYPE = Object.entries(DEFAULT_DEPARTMENT)
  .map(([type, department]) => `when '${type}' then '${department}'`)
  .join(' ');

/** SQL for the department of an asset: its own, or that of its type. `assets` is the table or its alias. */
export function departmentIn(assets: string): string {
  return `coalesce(${assets}.department, case ${assets}.type ${BY_TYPE} end)`;
}
