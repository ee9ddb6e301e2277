import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const stadtfunk = (...args: string[]) =>
  spawnSync('npm', ['run', '-s', 'stadtfunk', '--', ...args], { cwd: root, encoding: 'utf8' });

describe('npm run -s stadtfunk', () => {
  it('puts nothing but the output of the program on standard output', () => {
    const { status, stdout } = stadtfunk('--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: stadtfunk /);
  });

  it('passes on the exit code of a refused command line', () => {
    const { status, stdout } = stadtfunk('no-such-command');
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
  });
});
