import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a user runs it, from `dist`, in a folder of its own. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'stadtfunk-command-'));
  readonly #children: ChildProcess[] = [];

  fileIn(name: string): string {
    return join(this.folder, name);
  }

  /** The command, running; `ended` gives what it said. */
  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [resolve('dist/stadtfunk.js'), ...args], {
      env: { ...process.env, DATA_DIR: this.fileIn('none'), ZONE: 'Europe/Berlin', RULES_DIR: '', ...environment },
    });
    this.#children.push(child);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = once(child, 'close').then(([status]): Ended => ({ status: status as number | null, stdout, stderr }));
    return { child, ended, told: () => stderr };
  }

  /** What it printed as JSON; it has to succeed. */
  async run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Readonly<Record<string, unknown>>> {
    const { status, stdout, stderr } = await this.start(args, environment).ended;
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  }

  remove(): void {
    for (const child of this.#children.splice(0)) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
