import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@stadtfunk/kernel/testing';
import { build } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Builds own-and-count.ts, inside of the checkout, so that it finds its packages. */
export async function buildMember(): Promise<{ readonly program: string; remove(): Promise<void> }> {
  const output = join(root, 'test-output');
  await mkdir(output, { recursive: true });
  const folder = await mkdtemp(join(output, 'members-'));
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: [{ find: /^@stadtfunk\/([^/]+)$/, replacement: `${root}libs/$1/src/index.ts` }] },
    build: {
      ssr: fileURLToPath(new URL('own-and-count.ts', import.meta.url)),
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'member.mjs' } },
    },
  });
  cpSync(join(root, 'libs/postgres/migrations'), join(folder, 'migrations'), { recursive: true });
  return { program: join(folder, 'member.mjs'), remove: () => rm(folder, { recursive: true }) };
}

export interface MemberPlace {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** How long a batch takes before its transaction, and how long the transaction stays open. */
  readonly workMs?: number;
  readonly holdMs?: number;
}

/** A running own-and-count.ts. */
export class Member {
  /** What it said, each with the moment, UTC ms. */
  readonly said: { readonly at: number; readonly line: string }[] = [];
  #errors = '';

  private constructor(private readonly child: ChildProcess) {
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const each of lines) {
        const space = each.indexOf(' ');
        this.said.push({ at: Number(each.slice(0, space)), line: each.slice(space + 1) });
      }
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
  }

  static start(program: string, { databaseUrl, redisUrl, workMs = 0, holdMs = 0 }: MemberPlace): Member {
    return new Member(spawn(process.execPath, [program, databaseUrl, redisUrl, `${workMs}`, `${holdMs}`]));
  }

  /** Partitions that it owns, by what it said last. */
  get owns(): number {
    const last = this.said.findLast(({ line }) => line.startsWith('owns '));
    return last ? last.line.split('').filter((letter) => letter === '1').length : 0;
  }

  get faults(): string[] {
    return this.said.filter(({ line }) => line.startsWith('fault ')).map(({ line }) => line);
  }

  /** Resolves with the moment at which it owned this many. */
  async untilItOwns(count: number, timeoutMs = 30_000): Promise<number> {
    await eventually(`owning ${count}`, () => this.#living() && this.owns === count, { everyMs: 5, timeoutMs });
    return this.said.findLast(({ line }) => line.startsWith('owns '))!.at;
  }

  /** Until it says so once more. */
  async untilItSays(what: string): Promise<void> {
    const before = this.said.length;
    const says = () => this.said.slice(before).some(({ line }) => line.startsWith(what));
    await eventually(`"${what}"`, () => this.#living() && says(), { everyMs: 1 });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  #living(): boolean {
    if (this.child.exitCode !== null) throw new Error(`a member ended: ${this.#errors}`);
    return true;
  }
}
