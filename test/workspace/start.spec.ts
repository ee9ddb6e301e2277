import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROLES } from '@stadtfunk/platform';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'stadtfunk-start-'));
const program = join(root, 'infra/local/run.mjs');
const ports = { MQTT_PORT: '0', MQTT_WS_PORT: '0', HTTP_PORT: '0' };

/** Starts the platform; gives how it ended and what it said. `until`: what it says before it is told to stop. */
function serve(environment: Record<string, string>, until?: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [program, 'stadtfunk', 'serve'], {
    env: { ...process.env, ...ports, DATA_DIR: join(folder, 'data'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let stopped = false;
  const hear = (text: string) => {
    said += text;
    if (until === undefined || stopped || !said.includes(until)) return;
    stopped = true;
    child.kill('SIGTERM');
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

describe('a start', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('refuses a rules folder without rules, in one line', async () => {
    const { code, said } = await serve({ RULES_DIR: folder });
    expect(code).toBe(2);
    expect(said).toMatch(/^stadtfunk: no rule files .*RULES_DIR.*\n$/m);
  });

  it('names a data folder that cannot be one, without a stack', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { code, said } = await serve({ DATA_DIR: join(folder, 'file') });
    expect(code).toBe(2);
    expect(said).toContain('DATA_DIR');
    expect(said).not.toContain('    at ');
  });

  it.each(ROLES)('of the program %s alone says in one line what it needs', async (role) => {
    const child = spawn(process.execPath, [join(root, 'dist', `${role}.js`)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, said]).toEqual([2, expect.stringMatching(/^stadtfunk: .*DATABASE_URL and REDIS_URL.*\n$/) as string]);
  });

  it('can be stopped while it waits for a database', async () => {
    const away = 'postgres://nobody@127.0.0.1:1/none';
    const { code, said } = await serve({ DATABASE_URL: away }, 'does not answer yet');
    expect(code).toBe(1);
    expect(said).toContain('stopped while starting (SIGTERM)');
  }, 30_000);
});
