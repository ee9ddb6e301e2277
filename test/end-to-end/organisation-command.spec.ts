import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = (...args: string[]) =>
  spawnSync(process.execPath, [resolve('dist/stadtfunk.js'), 'organisation', ...args], {
    encoding: 'utf8',
    env: { ...process.env, ZONE: 'Europe/Berlin', FEDERAL_STATE: 'HE', ORGANISATION_FILE: '' },
  });

describe('the command organisation', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stadtfunk-organisation-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function fileWith(...lines: string[]): string {
    const file = join(folder, 'organisation.yaml');
    writeFileSync(file, ["version: '1'", ...lines].join('\n'));
    return file;
  }

  it('finds the bundled organisation fine, and prints the schema that is published', () => {
    expect(run('check')).toMatchObject({ status: 0, stdout: expect.stringContaining('all fine') as string });
    const { stdout } = run('schema');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync('docs/organisation.schema.json', 'utf8')));
  });

  it('names every mistake with its line, and fails', () => {
    const file = fileWith('routing: [{ department: wast }]', 'sla: [{ within: 3 hours }]', 'escalations: []');

    const { status, stdout } = run('check', file);

    expect(status).toBe(1);
    expect(stdout.split('\n').map((line) => line.replace(file, ''))).toEqual([
      ':2: routing[0].department: expected nothing: none is defined, found "wast"',
      expect.stringMatching(/^:3: sla\[0\]\.within: expected an ISO 8601 duration/),
      ":4: escalations: expected 'escalation', found the unknown key 'escalations'",
      '3 problems',
      '',
    ]);
    expect(run('route', '--file', file).status).toBe(1);
    expect(run('check', join(folder, 'none.yaml')).status).toBe(2);
  });

  it('says where a job would go, over a weekend and a holiday', () => {
    const at = '2026-04-02T15:00+02:00';
    const { status, stdout } = run('route', '--type', 'Streetlight', '--district', 'Wolfgang', '--at', at, '--json');

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      department: 'lighting',
      crew: 'south',
      dueAt: '2026-04-09T14:00:00.000Z',
    });
    expect(run('route', '--type', 'Streetlamp').status).not.toBe(0);
  });

  it('says who is on call', () => {
    const { stdout } = run('on-call', '--at', '2026-03-30T08:00+02:00', '--json');

    const [rota] = JSON.parse(stdout) as { rotaId: string; duties: { personId: string; from: string }[] }[];
    expect(rota?.rotaId).toBe('bauhof');
    expect(rota?.duties[0]).toMatchObject({ personId: 'bereitschaft-1', from: '2026-03-30T06:00:00.000Z' });
  });
});
