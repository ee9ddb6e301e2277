import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@stadtfunk/kernel';
import type { RuleSource } from '@stadtfunk/rules';
import { UserError } from './user-error.ts';

/** The rule files at these paths; of a folder its *.yaml and *.yml, in the order of their names. */
export async function readRuleFiles(paths: readonly string[]): Promise<RuleSource[]> {
  const sources: RuleSource[] = [];
  for (const path of paths) {
    try {
      const files = (await stat(path)).isDirectory() ? await filesIn(path) : [path];
      for (const file of files) sources.push({ file, text: await readFile(file, 'utf8') });
    } catch (thrown) {
      throw new UserError(`cannot read rules: ${messageOf(thrown)}`, 2);
    }
  }
  return sources;
}

async function filesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name));
  return names.sort().map((name) => join(folder, name));
}
