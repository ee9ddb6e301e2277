import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { startPostgres } from '@stadtfunk/postgres/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';

const PROGRAM = resolve('dist/stadtfunk.js');

/** What a shell needs to know of a platform, and what was put up for it. */
interface Running {
  readonly environment: NodeJS.ProcessEnv;
  readonly apiUrl: string;
  stop(): Promise<void>;
}

async function start(withServer: boolean): Promise<Running> {
  const { dataDir, remove } = await makeDataDir();
  const server = withServer ? await startPostgres() : undefined;
  const platform = await PlatformProcess.start(dataDir, server ? { DATABASE_URL: server.url } : {});
  return {
    environment: { DATA_DIR: dataDir, HTTP_PORT: new URL(platform.apiUrl).port },
    apiUrl: platform.apiUrl,
    stop: async () => {
      await platform.stop();
      await server?.stop();
      await remove();
    },
  };
}

describe.each([
  ['PGlite', false],
  ['PostgreSQL', true],
])('stadtfunk accounts, with the platform on %s', { timeout: 120_000 }, (_, withServer) => {
  let running: Running;
  beforeAll(async () => {
    running = await start(withServer);
  }, 120_000);
  afterAll(() => running.stop());

  /** As somebody at the shell of the server types it. */
  async function accounts(...words: readonly string[]) {
    const child = spawn(process.execPath, [PROGRAM, 'accounts', ...words], {
      env: { ...process.env, ...running.environment, PUBLIC_URL: 'https://city.example/' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, text };
  }
  const post = (path: string, body: object) =>
    fetch(`${running.apiUrl}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('makes an account, lists it, gives it another link, locks it and unlocks it', async () => {
    const roles = 'crew@waste+parking,viewer';
    const added = await accounts('add', 'M.Weber', '--display-name', 'Mia Weber', '--role', roles);
    expect(added).toMatchObject({ code: 0 });
    expect(added.text).toMatch(
      /^m\.weber is invited as crew@waste\+parking, viewer; .*\nhttps:\/\/city\.example\/set-password#code=[\w-]{32}\ngood once, until .*\n$/,
    );
    expect((await accounts('list')).text).toMatch(
      /^account +name +state +by +roles +last sign-in\nadmin .*\nm\.weber +Mia Weber +invited +local +crew@waste\+parking, viewer +never\n$/,
    );

    const link = await accounts('link', 'm.weber', '--json');
    const { url } = JSON.parse(link.text) as { url: string };
    const codeOf = (text: string) => /code=([\w-]{32})/.exec(text)?.[1];
    const password = 'vier muede Laternen';
    expect((await post('/session/set-password', { code: codeOf(added.text), password })).status).toBe(401);
    expect((await post('/session/set-password', { code: codeOf(url), password })).status).toBe(201);

    expect((await accounts('lock', 'm.weber')).text).toBe('m.weber is locked\n');
    expect((await post('/session', { name: 'm.weber', password })).status).toBe(401);
    expect((await accounts('lock', 'm.weber', '--undo')).text).toBe('m.weber is active\n');
    expect((await post('/session', { name: 'm.weber', password })).status).toBe(201);
  });

  it.each([
    [['add', 'k.roth', '--role', 'crew@waste,boss'], 2, "--role: 'boss' is no role"],
    [
      ['add', 'k.roth', '--role', 'crew@see'],
      1,
      "there is no department 'see'; there are iot, lighting, parking, waste",
    ],
    [['add', 'admin', '--role', 'viewer'], 1, "there is an account 'admin' already"],
    [['link', 'nobody'], 1, "there is no account 'nobody'"],
    [['lock', 'nobody'], 1, "there is no account 'nobody'"],
  ])('says in one line why it does not %j', async (words, code, text) => {
    const answer = await accounts(...words);

    expect(answer).toMatchObject({ code });
    expect(answer.text).toContain(text);
    expect(answer.text.trim().split('\n')).toHaveLength(1);
  });
});
