import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort } from '@stadtfunk/kernel/testing';
// infra/local is no project of the graph, and the only place that knows where servers are installed.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { serverProgram } from '../../../../infra/local/servers.mjs';

/** Lines of mosquitto.conf besides the listener and the folder. */
export type MosquittoSettings = Readonly<Record<string, string | number | boolean>>;

/** What the bridge needs (see infra/mosquitto/mosquitto.conf). */
const SETTINGS: MosquittoSettings = {
  allow_anonymous: true,
  persistence: true,
  autosave_on_changes: true,
  autosave_interval: 1000,
  max_queued_messages: 0,
  max_inflight_messages: 1000,
};

/** A mosquitto on a port of its own, which it keeps over restarts, with a folder of its own. */
export class MosquittoServer {
  #child: ChildProcess | undefined;
  #output = '';

  constructor(
    readonly port: number,
    readonly folder: string,
  ) {}

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What it wrote last, for a test that fails. */
  get output(): string {
    return this.#output;
  }

  async start(): Promise<void> {
    const child = spawn(serverProgram('mosquitto'), ['-c', join(this.folder, 'mosquitto.conf')], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#output = (this.#output + text).slice(-8_000)));
    }
    await eventually('mosquitto listens', async () => {
      if (child.exitCode !== null) throw new Error(`mosquitto ended: ${this.#output}`);
      return this.#accepts();
    });
  }

  /** Ends it in order, so that it saves, or at once; its folder stays. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill(signal);
    await exited;
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.end();
    await this.start();
  }

  /** Removes what it has kept: sessions and queues. Only while it does not run. */
  forget(): void {
    rmSync(join(this.folder, 'mosquitto.db'), { force: true });
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  #accepts(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      const answer = (accepted: boolean) => () => {
        socket.destroy();
        resolve(accepted);
      };
      socket.once('connect', answer(true)).once('error', answer(false));
    });
  }
}

/** Starts a mosquitto; `settings` win over those above. `{folder}` in a value stands for the server's folder. */
export async function startMosquitto(
  settings: MosquittoSettings = {},
  files: Readonly<Record<string, string>> = {},
): Promise<MosquittoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'stadtfunk-mosquitto-'));
  const port = await freePort();
  const lines = Object.entries({ listener: `${port} 127.0.0.1`, ...SETTINGS, ...settings }).map(
    ([name, value]) => `${name} ${String(value).replaceAll('{folder}', folder)}`,
  );
  // Started by root it would become another user, who may not write here.
  const user = process.getuid?.() === 0 ? ['user root'] : [];
  const config = [...user, `persistence_location ${folder}/`, ...lines].join('\n');
  writeFileSync(join(folder, 'mosquitto.conf'), `${config}\n`);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const server = new MosquittoServer(port, folder);
  try {
    await server.start();
  } catch (thrown) {
    await server.stop();
    throw thrown;
  }
  return server;
}
