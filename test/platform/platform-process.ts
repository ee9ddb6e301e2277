import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { prepareRecords } from '@stadtfunk/postgres/testing';

/** Tests and benchmarks run in the project's folder, from the sources as well as from `dist`. */
const PROGRAM = resolve('dist/stadtfunk.js');
const START_DEADLINE_MS = 60_000;
/** Two seconds of CPU less: to compile the best code for PGlite takes longer than what most tests ask of it. */
const QUICK_START = ['--liftoff-only'];

/** What the image starts Node with; the share of the memory as of a container of so many MiB, which Node 20 takes too. */
export function shippedMemoryFlags(containerMib?: number): readonly string[] {
  const entrypoint = /^ENTRYPOINT (\[.+\])$/m.exec(readFileSync('infra/docker/Dockerfile', 'utf8'))?.[1] ?? '[]';
  return (JSON.parse(entrypoint) as readonly string[]).flatMap((word) => {
    const percent = /^--max-old-space-size-percentage=(\d+)$/.exec(word)?.[1];
    if (percent === undefined) return word.startsWith('--max-semi-space-size=') ? [word] : [];
    return containerMib !== undefined
      ? [`--max-old-space-size=${Math.floor((containerMib * Number(percent)) / 100)}`]
      : [];
  });
}

/** Empty for a process that keeps none. */
async function tokenIn(dataDir: string): Promise<string> {
  const path = join(dataDir, 'secrets', 'admin-token');
  return existsSync(path) ? readFile(path, 'utf8') : '';
}

/** A folder for one platform, removed by whoever made it. */
export async function makeDataDir(): Promise<{ readonly dataDir: string; remove(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'stadtfunk-test-'));
  return { dataDir, remove: () => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }) };
}

export interface NodeOptions {
  readonly nodeArguments?: readonly string[];
  /** Absent: its heap is as large as Node thinks right for the machine. */
  readonly containerMib?: number;
}

/** The built program, running as a user would run it, on free ports of its own. */
export class PlatformProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** Without the role `api`: where health and metrics are. */
    readonly apiUrl: string,
    /** Empty without the role `broker`. */
    readonly mqttUrl: string,
    readonly loginLink: string,
    /** Sets the first password; empty once that is set. */
    readonly passwordLink: string,
    readonly token: string,
    private readonly errors: () => string,
  ) {}

  static async start(
    dataDir: string,
    environment: NodeJS.ProcessEnv = {},
    { nodeArguments = QUICK_START, roles, containerMib }: NodeOptions & { readonly roles?: string } = {},
  ): Promise<PlatformProcess> {
    if (!existsSync(PROGRAM)) throw new Error('dist/stadtfunk.js is missing: npm run build');
    const records = join(dataDir, 'records');
    // What a first start makes in seconds; first-start.spec.ts has one of its own.
    if (!environment['DATABASE_URL'] && !existsSync(records)) await prepareRecords(records);
    const command = [PROGRAM, 'serve', ...(roles === undefined ? [] : ['--roles', roles])];
    const child = spawn(process.execPath, [...shippedMemoryFlags(containerMib), ...nodeArguments, ...command], {
      env: {
        ...process.env,
        MQTT_PORT: '0',
        MQTT_WS_PORT: '0',
        HTTP_PORT: '0',
        DATA_DIR: dataDir,
        LOG_LEVEL: 'warn',
        LOG_MIN_FREE_MIB: '16',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const started = new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('Ctrl+C')) resolve();
      });
      child.once('exit', (code, signal) => reject(new Error(`ended at start (${code ?? signal}): ${errors}`)));
      setTimeout(
        () => reject(new Error(`not started in ${START_DEADLINE_MS} ms: ${errors}`)),
        START_DEADLINE_MS,
      ).unref();
    });
    try {
      await started;
    } catch (thrown) {
      child.kill('SIGKILL');
      throw thrown;
    }
    const told = (pattern: RegExp) => pattern.exec(output)?.[1] ?? '';
    const loginLink = told(/Console\s+(\S+)/);
    return new PlatformProcess(
      child,
      new URL(loginLink || told(/Health\s+(\S+)/)).origin,
      told(/Sensors\s+(\S+)/),
      loginLink,
      told(/Password\s+(\S+)/),
      environment['STADTFUNK_ADMIN_TOKEN'] ?? (await tokenIn(dataDir)),
      () => errors,
    );
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** What it wrote to standard error so far. */
  get log(): string {
    return this.errors();
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** `kill -9`, or another signal; resolves when the process is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    if (!this.isRunning) return this.child.exitCode;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = (await gone) as [number | null];
    return code;
  }

  /** Stops it for a while, as a machine that swaps or a debugger does. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  stop(): Promise<number | null> {
    return this.kill('SIGTERM');
  }

  async ask<T>(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: T }> {
    const response = await fetch(new URL(path, this.apiUrl), {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  }

  /** The body of an answer that must be a success. */
  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.ask<T>('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** All items of a list, page by page. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let after: string | null = ''; after !== null;) {
      const rest: string = after && `&after=${encodeURIComponent(after)}`;
      const page: { readonly items: readonly T[]; readonly next: string | null } = await this.get(
        `${path}${path.includes('?') ? '&' : '?'}limit=1000${rest}`,
      );
      items.push(...page.items);
      after = page.next;
    }
    return items;
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    const answer = await this.ask<T>('POST', path, body);
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
