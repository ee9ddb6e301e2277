import { valueOf, type Spot, type YamlReader } from '@stadtfunk/yaml';

/** A number in these bounds, both included. */
export function readNumber(reader: YamlReader, spot: Spot, least: number, most: number): number | undefined {
  const value = valueOf(spot);
  if (typeof value === 'number' && value >= least && value <= most) return value;
  reader.problem(spot, `a number from ${least} to ${most}`);
  return undefined;
}
