import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const script = join(import.meta.dirname, '../../infra/local/licenses.mjs');
let folder: string;

/** Runs the check over a lock file with one package under this licence. */
function check(license: string | undefined) {
  const lock = join(folder, 'package-lock.json');
  const entry = { version: '1.0.0', ...(license === undefined ? {} : { license }) };
  writeFileSync(lock, JSON.stringify({ packages: { '': {}, 'node_modules/outer/node_modules/@some/package': entry } }));
  return spawnSync(process.execPath, [script, lock], { encoding: 'utf8' });
}

describe('the licence check', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stadtfunk-licenses-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['MIT', '(MIT OR GPL-3.0-only)', '(MIT AND CC-BY-3.0)', 'Apache-2.0 WITH LLVM-exception', 'MPL-2.0'])(
    'accepts %s',
    (license) => expect(check(license).status).toBe(0),
  );

  it.each([
    'GPL-3.0-only',
    'AGPL-3.0-or-later',
    'MIT AND SSPL-1.0',
    'BUSL-1.1',
    'UNLICENSED',
    'MIT AND (ISC OR',
    undefined,
  ])('refuses %s and names the package', (license) => {
    const { status, stderr } = check(license);
    expect(status).toBe(1);
    expect(stderr).toContain('@some/package@1.0.0');
  });

  it('finds nothing in conflict in our own packages', () => {
    expect(spawnSync(process.execPath, [script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
