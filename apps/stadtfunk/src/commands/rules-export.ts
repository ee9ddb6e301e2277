import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settings, UserError } from '@stadtfunk/platform';
import { messageOf } from '@stadtfunk/kernel';
import { askApi } from '../api-client.ts';

interface Rules {
  readonly items: readonly { readonly ruleId: string; readonly mode: string; readonly number: number }[];
}

export interface ExportedRule {
  readonly ruleId: string;
  readonly mode: string;
  /** Of the saved version; 0: it stands in the rule files. */
  readonly number: number;
  readonly file: string;
}

/**
 * Writes the rules in force of the running platform into an empty folder, one file each: as RULES_DIR of another platform
 * they are the same rules, in the same versions and modes.
 */
export async function exportRules(folder: string): Promise<readonly ExportedRule[]> {
  await emptyFolder(folder);
  const config = settings();
  const { items } = (await askApi(config, 'GET', '/api/v1/rules')) as Rules;
  const exported: ExportedRule[] = [];
  for (const [index, { ruleId, mode, number }] of items.entries()) {
    const { yaml } = (await askApi(config, 'GET', `/api/v1/rules/${encodeURIComponent(ruleId)}`)) as { yaml: string };
    // Files are read in the order of their names, and rules judge in the order of the files.
    const file = `${String(index + 1).padStart(3, '0')}-${ruleId}.yaml`;
    await writeFile(join(folder, file), yaml);
    exported.push({ ruleId, mode, number, file });
  }
  return exported;
}

async function emptyFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return;
  } catch (thrown) {
    throw new UserError(`cannot write to ${folder}: ${messageOf(thrown)}`, 2);
  }
  throw new UserError(`${folder} is not empty: rules of before would stay beside these`, 2);
}
