import { Client } from 'pg';
import type { Database, DatabaseLog } from './database.ts';
import { EVENTS_CHANNEL, RULES_CHANNEL } from './tell.ts';

export interface DatabaseNoticesOptions {
  /** Before the first try to connect again; doubles with each one that fails. */
  readonly pauseMs?: number;
  readonly maxPauseMs?: number;
  /** How often the connection is tried: one that was cut without a word would be silent for ever. */
  readonly pingEveryMs?: number;
}

const DEFAULTS: Required<DatabaseNoticesOptions> = { pauseMs: 100, maxPauseMs: 10_000, pingEveryMs: 15_000 };
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Hears, on a connection of its own, when any process has committed events, or versions of rules. This only saves waiting:
 * whoever listens must look by itself now and then, because what is committed while there is no connection is not announced.
 */
export class DatabaseNotices {
  readonly #database: Pick<Database, 'poolConfig'>;
  readonly #log: DatabaseLog;
  readonly #options: Required<DatabaseNoticesOptions>;
  readonly #listeners = new Map<string, (() => void)[]>([
    [EVENTS_CHANNEL, []],
    [RULES_CHANNEL, []],
  ]);
  #isStarted = false;
  #failures = 0;
  #client: Client | undefined;
  #pings: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(database: Pick<Database, 'poolConfig'>, log: DatabaseLog, options: DatabaseNoticesOptions = {}) {
    this.#database = database;
    this.#log = log;
    this.#options = { ...DEFAULTS, ...options };
  }

  /** Events were committed, or may have been: called also whenever the connection is new. Must be cheap, and not throw. */
  onEvents(listener: () => void): void {
    this.#listeners.get(EVENTS_CHANNEL)!.push(listener);
  }

  /** The same of versions of rules. */
  onRules(listener: () => void): void {
    this.#listeners.get(RULES_CHANNEL)!.push(listener);
  }

  /** Resolves after the first try to connect, however it went. */
  async start(): Promise<void> {
    if (this.#isStarted) return;
    this.#isStarted = true;
    await this.#connect();
  }

  /** Before the database is closed. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#forget();
    await client?.end().catch((error: unknown) => this.#log.warn({ err: error }, 'the end of notices was not heard'));
  }

  async #connect(): Promise<void> {
    const timeouts = { query_timeout: ANSWER_TIMEOUT_MS, connectionTimeoutMillis: ANSWER_TIMEOUT_MS };
    const client = new Client({ ...this.#database.poolConfig, ...timeouts });
    this.#client = client;
    const lose = (thrown?: unknown) => this.#lose(client, thrown);
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ channel }) => this.#tell(channel));
    try {
      await client.connect();
      for (const channel of this.#listeners.keys()) await client.query(`listen ${channel}`);
    } catch (thrown) {
      return lose(thrown);
    }
    if (this.#client !== client) return;
    if (this.#failures > 0) this.#log.info({ failures: this.#failures }, 'events are announced again');
    this.#failures = 0;
    this.#pings = setInterval(() => void client.query('select').catch(lose), this.#options.pingEveryMs);
    for (const channel of this.#listeners.keys()) this.#tell(channel);
  }

  #lose(client: Client, thrown: unknown): void {
    if (this.#client !== client) return;
    this.#forget();
    // Of a connection that is broken already there is nothing more to hear.
    client.end().catch(() => undefined);
    if (this.#failures++ === 0) this.#log.warn({ err: thrown }, 'events are not announced: they are noticed later');
    const { pauseMs, maxPauseMs } = this.#options;
    const pause = Math.min(maxPauseMs, pauseMs * 2 ** Math.min(this.#failures - 1, 20));
    this.#retry = setTimeout(() => void this.#connect(), pause);
  }

  #forget(): void {
    clearInterval(this.#pings);
    this.#client = undefined;
  }

  #tell(channel: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener();
  }
}
