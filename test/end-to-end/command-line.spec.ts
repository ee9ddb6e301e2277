import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = (...args: string[]) =>
  spawnSync(process.execPath, [resolve('dist/stadtfunk.js'), ...args], { encoding: 'utf8' });

/** The packages that are loaded before a command runs: all that `dist/stadtfunk.js` and its chunks import, not those on demand. */
function packagesOf(program: string, seen = new Set<string>()): Set<string> {
  seen.add(program);
  const text = readFileSync(resolve('dist', program), 'utf8');
  for (const [, name] of text.matchAll(/^(?:import|export)\b[^;]*?["']([^"']+)["'];?$/gm)) {
    if (!name!.startsWith('./')) seen.add(name!);
    else if (!seen.has(name!.slice(2))) packagesOf(name!.slice(2), seen);
  }
  return seen;
}

describe('the command line', () => {
  it('loads the platform only for the commands that start one', () => {
    const packages = packagesOf('stadtfunk.js');
    expect(packages).toContain('commander');
    for (const name of [
      '@nestjs/core',
      'fastify',
      '@electric-sql/pglite',
      'drizzle-orm',
      'bullmq',
      'ioredis',
      'aedes',
    ]) {
      expect(packages).not.toContain(name);
    }
  });

  it('ends quietly when whoever reads its output has read enough', async () => {
    const child = spawn(process.execPath, [resolve('dist/stadtfunk.js'), 'codec', 'list']);
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    child.stdout.destroy();
    const [code] = (await once(child, 'exit')) as [number | null];
    expect([code, complaints]).toEqual([0, '']);
  });
});

describe('rules schema', () => {
  it('prints what is published', () => {
    const { status, stdout } = run('rules', 'schema');
    expect([status, JSON.parse(stdout)]).toEqual([0, JSON.parse(readFileSync('docs/rules.schema.json', 'utf8'))]);
  });
});

describe('rules test', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stadtfunk-rules-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A rule file with one rule and these lines as its examples. */
  function fileWith(...examples: string[]): string {
    const file = join(folder, 'bins.yaml');
    const rule = 'id: waste.full, subject: asset, when: fillingLevel >= 0.85, severity: major';
    const title = 'title: { de: Voll, en: Full }';
    const lines = examples.map((example) => `      ${example},\n`).join('');
    writeFileSync(file, `version: '1'\nrules:\n  - { ${rule}, ${title}, examples: [\n${lines}    ] }\n`);
    return file;
  }
  const full = 'readings: [{ at: PT0S, fillingLevel: 0.9 }]';

  it('goes by the public holidays of the state that is named', () => {
    const file = join(folder, 'holiday.yaml');
    const rule = 'id: a.b, subject: asset, when: occupancy && holiday, severity: minor, title: { de: A, en: A }';
    const example = 'name: x, readings: [{ at: 2026-11-18T11:00:00Z, occupancy: true }], alerts: [{ raised: P307D }]';
    writeFileSync(file, `version: '1'\nrules:\n  - { ${rule}, examples: [{ ${example} }] }\n`);
    expect(['SN', 'HE', 'XX'].map((state) => run('rules', 'test', file, '--state', state).status)).toEqual([0, 1, 2]);
  });

  it('passes for the bundled rules', () => {
    const { status, stdout } = run('rules', 'test', 'default', '--json');
    const report = JSON.parse(stdout) as { ok: boolean; untested: string[]; examples: { passed: boolean }[] };
    expect([status, report.ok, report.untested]).toEqual([0, true, []]);
    expect(report.examples.length).toBeGreaterThan(24);
  });

  it('says of every example whether it passed, with what was expected and what came, and fails as a whole', () => {
    const file = fileWith(`{ name: good, ${full}, alerts: [{ raised: PT0S }] }`, `{ name: bad, ${full}, alerts: [] }`);
    const { status, stdout } = run('rules', 'test', folder);
    expect(status).toBe(1);
    expect(stdout.split('\n')).toEqual([
      'ok    waste.full: good',
      'FAIL  waste.full: bad',
      `      ${file}:5`,
      '      expected no alert',
      '      actual   raised 2026-01-15T11:00:00.000Z and open',
      '2 examples, 1 failed',
      '',
    ]);
  });

  it.each([
    ['without any example', [], 'none  waste.full has no examples'],
    ['with an example that cannot fail', [`{ name: idle, ${full} }`], 'examples[0].alerts: expected a list of alerts'],
  ])('fails for a file %s', (_what, examples, said) => {
    const { status, stdout } = run('rules', 'test', fileWith(...examples));
    expect(status).toBe(1);
    expect(stdout).toContain(said);
  });
});
