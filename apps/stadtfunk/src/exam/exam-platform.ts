import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MqttLine, targetOf, type ExamAlert, type KnownCredentials } from '@stadtfunk/device-simulator';
import { Clock, Fault } from '@stadtfunk/kernel';
import { createLogger } from '@stadtfunk/observability';
import { settings, startPlatform, type Platform, type Role } from '@stadtfunk/platform';
import type { RuleSource } from '@stadtfunk/rules';

const ROLES: readonly Role[] = ['broker', 'ingest', 'rules', 'jobs', 'api'];
const LOOK_EVERY_MS = 250;
/** Timers are looked at every second, and what they decide is committed soon after. */
const QUIET_MS = 4_000;
const PATIENCE_MS = 120_000;

/** The time of the scenario, for everything that asks a clock. */
class EventClock extends Clock {
  at = 0;

  override now(): number {
    return this.at;
  }
}

interface ListedAlert {
  readonly ruleId: string;
  readonly deviceId: string;
  readonly raisedAt: string;
  readonly clearedAt: string | null;
  readonly members: number | null;
  readonly raisedBy: { readonly receivedAt: string };
}

/** A whole platform in this process, with servers of its own on free ports of the loopback address, that lives in event time. */
export class ExamPlatform {
  readonly #lines = new Map<string, Promise<MqttLine>>();
  readonly #acknowledged = new Map<number, () => void>();
  #failed: ((fault: Fault) => void) | undefined;
  #tag = 0;
  #sent = 0;

  private constructor(
    private readonly platform: Platform,
    private readonly clock: EventClock,
    private readonly folder: string,
  ) {}

  static async start(rules: readonly RuleSource[], from: number): Promise<ExamPlatform> {
    const folder = await mkdtemp(join(tmpdir(), 'stadtfunk-exam-'));
    try {
      const clock = new EventClock();
      clock.at = from;
      const rulesDir = join(folder, 'rules');
      await mkdir(rulesDir);
      for (const [index, { text }] of rules.entries()) await writeFile(join(rulesDir, `${index}.yaml`), text);
      const { ZONE, FEDERAL_STATE } = process.env;
      const config = settings({
        ...{ ZONE, FEDERAL_STATE, DATA_DIR: join(folder, 'data'), RULES_DIR: rulesDir, HOST: '127.0.0.1' },
        ...{ MQTT_PORT: '0', MQTT_WS_PORT: '0', HTTP_PORT: '0', LOG_LEVEL: 'error', LOG_MIN_FREE_MIB: '16' },
      });
      const logger = createLogger(config.LOG_LEVEL);
      const platform = await startPlatform(config, new Set(ROLES), logger, () => undefined, clock);
      return new ExamPlatform(platform, clock, folder);
    } catch (thrown) {
      await rm(folder, { recursive: true, force: true });
      throw thrown;
    }
  }

  /** For `provision`. */
  get target(): { readonly apiUrl: string; readonly token: string } {
    return { apiUrl: this.platform.httpUrl, token: this.platform.api!.token };
  }

  /** Publishes over the device's own connection, at this moment of event time; resolves when it is acknowledged. */
  async publish(login: KnownCredentials[string], at: number, payload: Uint8Array): Promise<void> {
    const line = await this.#lineOf(login);
    this.clock.at = at;
    const tag = ++this.#tag;
    await new Promise<void>((resolve, reject) => {
      this.#acknowledged.set(tag, resolve);
      this.#failed = reject;
      line.publish(login.topic, payload, tag);
    });
    this.#sent++;
  }

  /** Event time has come to `to`: resolves with all alerts once everything is stored and judged, timers too. */
  async alertsAt(to: number): Promise<readonly ExamAlert[]> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const { uplinks } = await this.#get<{ uplinks: { received: number; waiting: number } }>('/api/v1/ledger');
      if (uplinks.received >= this.#sent && uplinks.waiting === 0) break;
      if (performance.now() > deadline) throw new Fault('exam.behind', `${uplinks.waiting} uplinks wait`, true);
      await pause();
    }
    // Rules let time pass up to this long ago, because an uplink may be on its way into the log for that long.
    this.clock.at = to + settings().LOG_APPEND_TIMEOUT_MS;
    let last = '';
    let since = performance.now();
    for (;;) {
      const alerts = await this.#alerts();
      const text = JSON.stringify(alerts);
      if (text !== last) since = performance.now();
      else if (performance.now() - since > QUIET_MS) return alerts;
      last = text;
      await pause();
    }
  }

  async stop(): Promise<void> {
    for (const line of this.#lines.values()) (await line.catch(() => undefined))?.end();
    await this.platform.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #lineOf({ username, password }: KnownCredentials[string]): Promise<MqttLine> {
    let line = this.#lines.get(username);
    if (!line) this.#lines.set(username, (line = this.#connect(username, password)));
    return line;
  }

  #connect(username: string, password: string): Promise<MqttLine> {
    const target = { ...targetOf(this.platform.mqttUrl!, null), localAddress: undefined };
    return new Promise((resolve, reject) => {
      const line: MqttLine = new MqttLine(
        target,
        { clientId: username, username, password },
        {
          onConnected: () => resolve(line),
          onAcknowledged: (tag) => {
            this.#acknowledged.get(tag)?.();
            this.#acknowledged.delete(tag);
          },
          onClosed: (reason) => {
            const fault = new Fault('exam.disconnected', `'${username}': ${reason}`, false);
            reject(fault);
            this.#failed?.(fault);
          },
        },
      );
    });
  }

  async #alerts(): Promise<readonly ExamAlert[]> {
    const alerts: ExamAlert[] = [];
    for (let after = ''; ;) {
      const page = await this.#get<{ items: readonly ListedAlert[]; next: string | null }>(
        `/api/v1/alerts?limit=1000${after}`,
      );
      for (const { ruleId, deviceId, raisedAt, clearedAt, members, raisedBy } of page.items) {
        if (members !== null) continue;
        const at = Date.parse(raisedAt);
        alerts.push({
          ...{ ruleId, deviceId, raisedAt: at, clearedAt: clearedAt === null ? null : Date.parse(clearedAt) },
          detectedAt: Math.max(at, Date.parse(raisedBy.receivedAt)),
        });
      }
      if (page.next === null) return alerts;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }

  async #get<T>(path: string): Promise<T> {
    const { apiUrl, token } = this.target;
    const response = await fetch(new URL(path, apiUrl), { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Fault('exam.refused', `GET ${path}: ${response.status}`, false);
    return (await response.json()) as T;
  }
}

const pause = () => new Promise<void>((wake) => setTimeout(wake, LOOK_EVERY_MS));
