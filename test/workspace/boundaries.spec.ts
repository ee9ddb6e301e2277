import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const layers = ['layer:domain', 'layer:adapter', 'layer:app', 'layer:simulator', 'layer:test'];

interface Complaint {
  readonly rule: string | null;
  readonly line: number;
}

/** Lints the text of a fixture as if it were a file of a lib. */
async function lintAs(filePath: string, fixture: string): Promise<Complaint[]> {
  const eslint = new ESLint({
    cwd: root,
    // The pretended file is in no program, so the rules that need types stay out.
    overrideConfig: [
      { ...tseslint.configs.disableTypeChecked, languageOptions: { parserOptions: { projectService: false } } },
    ] as ESLint.Options['overrideConfig'] & object,
  });
  const text = readFileSync(join(import.meta.dirname, 'fixtures', fixture), 'utf8');
  const [result] = await eslint.lintText(text, { filePath: join(root, filePath) });
  return (result?.messages ?? []).map(({ ruleId, line }) => ({ rule: ruleId, line }));
}

function linesOf(complaints: Complaint[], rule: RegExp): number[] {
  return [...new Set(complaints.filter((one) => rule.test(one.rule ?? '')).map((one) => one.line))];
}

describe('the boundaries between the layers', () => {
  beforeAll(() => {
    // Without a graph the Nx rule says nothing and passes.
    execFileSync('npm', ['run', '-s', 'graph'], { cwd: root, stdio: 'ignore' });
  });

  it('stop a domain lib from importing an adapter', async () => {
    const complaints = await lintAs('libs/kernel/src/violation.ts', 'domain-imports.ts');
    expect(linesOf(complaints, /enforce-module-boundaries/)).toContain(5);
  });

  it('stop a domain lib from importing node:, a framework or a driver', async () => {
    const complaints = await lintAs('libs/kernel/src/violation.ts', 'domain-imports.ts');
    expect(linesOf(complaints, /no-restricted-imports/)).toEqual([2, 3, 4]);
  });

  it('stop a domain lib from asking for time, chance or the environment', async () => {
    const complaints = await lintAs('libs/rules/src/violation.ts', 'domain-environment.ts');
    expect(linesOf(complaints, /no-restricted/)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });

  it('leave clocks and timers to specs and testing files of a domain lib', async () => {
    const complaints = await lintAs('libs/kernel/src/violation.spec.ts', 'domain-environment.ts');
    expect(linesOf(complaints, /no-restricted/)).toEqual([]);
  });

  it('stop an adapter from importing another adapter or the simulator', async () => {
    const complaints = await lintAs('libs/mqtt/src/violation.ts', 'adapter-imports.ts');
    expect(linesOf(complaints, /enforce-module-boundaries/)).toEqual([2, 3]);
  });

  it('let an app import adapters and the simulator', async () => {
    const complaints = await lintAs('apps/stadtfunk/src/allowed.ts', 'adapter-imports.ts');
    expect(linesOf(complaints, /enforce-module-boundaries/)).toEqual([]);
  });
});

describe('every project', () => {
  const folders = ['apps', 'libs'].flatMap((base) => readdirSync(join(root, base)).map((name) => `${base}/${name}`));

  it.each([...folders, 'device-simulator', 'test'])('%s has one layer', (folder) => {
    const file = join(root, folder, 'project.json');
    expect(existsSync(file)).toBe(true);
    const { tags } = JSON.parse(readFileSync(file, 'utf8')) as { tags: string[] };
    expect(tags.filter((tag) => layers.includes(tag))).toHaveLength(1);
  });
});
