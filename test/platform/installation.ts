import { randomBytes } from 'node:crypto';
import type { Role } from '@stadtfunk/platform';
import { removeEngines, startEngines, type Engines } from './engines.ts';
import { makeDataDir, PlatformProcess, type NodeOptions } from './platform-process.ts';

/** The platform as a city runs it: every role a process, on real engines. */
export class Installation {
  readonly token = randomBytes(24).toString('base64url');
  readonly #processes = new Map<string, PlatformProcess>();
  readonly #folders = new Map<string, Awaited<ReturnType<typeof makeDataDir>>>();

  private constructor(
    readonly engines: Engines,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly nodeOptions: (name: string) => NodeOptions,
  ) {}

  /** @param nodeOptions see `PlatformProcess.start`, for each process by its name */
  static async start(
    environment: NodeJS.ProcessEnv = {},
    nodeOptions: (name: string) => NodeOptions = () => ({ nodeArguments: [] }),
  ): Promise<Installation> {
    return new Installation(await startEngines(), environment, nodeOptions);
  }

  /**
   * Starts a role, or starts it again where it was: in the same folder.
   * @param name tells several processes of a role apart, as in `ingest-2`; without a number it is the role
   */
  async run(name: string, environment: NodeJS.ProcessEnv = {}): Promise<PlatformProcess> {
    const role = name.replace(/-\d+$/u, '') as Role;
    const folder = this.#folders.get(name) ?? (await makeDataDir());
    this.#folders.set(name, folder);
    const { postgres, influx, redis, mosquitto } = this.engines;
    const running = await PlatformProcess.start(
      folder.dataDir,
      {
        DATABASE_URL: postgres.url,
        INFLUX_URL: influx.url,
        REDIS_URL: redis.url,
        ...(role === 'bridge' && { MQTT_URL: mosquitto.url }),
        STADTFUNK_ADMIN_TOKEN: this.token,
        ...this.environment,
        ...environment,
      },
      { roles: role, ...this.nodeOptions(name) },
    );
    this.#processes.set(name, running);
    return running;
  }

  /** Starts one process of each. */
  async runAll(names: readonly string[]): Promise<void> {
    // One migrates the records, and the others do not wait for it together.
    const [first, ...others] = names;
    if (first !== undefined) await this.run(first);
    await Promise.all(others.map((name) => this.run(name)));
  }

  get(name: string): PlatformProcess {
    const running = this.#processes.get(name);
    if (!running) throw new Error(`${name} was never started`);
    return running;
  }

  get processes(): ReadonlyMap<string, PlatformProcess> {
    return this.#processes;
  }

  /** Ends everything and removes all folders. */
  async remove(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((running) => running.kill('SIGKILL')));
    await removeEngines(this.engines);
    await Promise.all([...this.#folders.values()].map((folder) => folder.remove()));
  }
}
