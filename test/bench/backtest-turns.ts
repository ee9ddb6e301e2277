import { cpus } from 'node:os';
import { HistoryBacktester } from '@stadtfunk/backtest';
import { Clock } from '@stadtfunk/kernel';
import { openDatabase, PostgresDeviceRegistry, PostgresTelemetryStore } from '@stadtfunk/postgres';
import { startPostgres } from '@stadtfunk/postgres/testing';
import { DEFAULT_RULES } from '@stadtfunk/rules';
import { boundDevice, FROM, uplinkOf } from './backtest.ts';
import { round } from './measure.ts';

export interface TurnsBenchOptions {
  readonly devices: number;
  readonly days: number;
  readonly log: (line: string) => void;
}

const DAY = 24 * 3_600_000;
const READINGS_A_DAY = 48;
const ROWS_AT_ONCE = 5_000;
/** Shorter turns did nothing for the backtest: the loop goes round while it waits for the database. */
const LEAST_TURN_MS = 0.1;
const ASKED = `version: "1"
rules:
  - { id: waste.full, subject: asset, appliesTo: { type: WasteContainer }, when: fillingLevel >= 0.9, severity: major, title: { de: V, en: F }, job: { kind: emptying, priority: high, due: P1D } }
  - { id: waste.fullSoon, subject: asset, appliesTo: { type: WasteContainer }, when: fillingLevel >= 0.5 && hoursUntilFull <= 24, severity: warning, title: { de: V, en: F } }
  - { id: light.dayBurner, subject: asset, appliesTo: { type: Streetlight }, when: sunAltitude > 6 && activePower > 5, for: PT30M, severity: minor, title: { de: V, en: F } }
  - { id: device.offline, subject: device, silent: { intervals: 3, margin: PT30M, atLeast: PT13H }, severity: warning, title: { de: V, en: F } }
`;

class WallClock extends Clock {
  override now(): number {
    return Date.now();
  }
}

const nobody = () => undefined;

/** What a backtest over PostgreSQL leaves of the event loop of its process: the turns in between, by CPU time and by the clock. */
export async function benchTurns({ devices, days, log }: TurnsBenchOptions): Promise<object> {
  const postgres = await startPostgres();
  try {
    const database = await openDatabase({ url: postgres.url }, { info: nobody, warn: nobody });
    const registry = new PostgresDeviceRegistry(database);
    const telemetry = new PostgresTelemetryStore(database);
    log(`storing ${devices * days * READINGS_A_DAY} readings`);
    const fleet = Array.from({ length: devices }, (_, number) => boundDevice(number));
    for (const { device, asset } of fleet) {
      await registry.createAsset(asset!);
      await registry.createDevice(device, '', asset!.assetId);
    }
    const count = devices * days * READINGS_A_DAY;
    for (let from = 0; from < count; from += ROWS_AT_ONCE) {
      const rows = Array.from({ length: Math.min(ROWS_AT_ONCE, count - from) }, (_, index) =>
        uplinkOf(fleet, from + index),
      );
      await telemetry.write(rows.flatMap(({ readings }) => readings));
    }
    const backtester = new HistoryBacktester({
      ...{ registry, telemetry, active: () => DEFAULT_RULES, clock: new WallClock() },
      calendar: { zone: 'Europe/Berlin', federalState: 'HE' },
      takeTurns: () => new Promise((turn) => setImmediate(turn)),
      limits: { durationMs: 3_600_000 },
    });
    log('judging');
    const turns = new Turns();
    const begun = performance.now();
    const outcome = await backtester.run(
      {
        ...{ rules: [{ file: 'asked.yaml', text: ASKED }], against: 'active', mostAlerts: 100, warmUpMs: DAY },
        ...{ from: FROM + DAY, to: FROM + days * DAY },
      },
      new AbortController().signal,
    );
    const wallMs = performance.now() - begun;
    turns.end();
    if (!outcome.ok) throw new Error(outcome.error.detail);
    await database.close();
    return {
      bench: 'backtest-turns',
      machine: { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version },
      ...{ devices, days, readings: outcome.value.readings, alerts: outcome.value.alertCount, wallMs: round(wallMs) },
      ...turns.report(),
    };
  } finally {
    await postgres.stop();
  }
}

/** How long whoever else wants the event loop has to wait. */
class Turns {
  readonly #cpuMs: number[] = [];
  readonly #wallMs: number[] = [];
  #isOver = false;

  constructor() {
    let [cpu, wall] = [cpuNow(), performance.now()];
    const tick = () => {
      const [cpuMs, wallMs] = [cpuNow() - cpu, performance.now() - wall];
      if (cpuMs >= LEAST_TURN_MS) {
        this.#cpuMs.push(cpuMs);
        this.#wallMs.push(wallMs);
      }
      if (this.#isOver) return;
      [cpu, wall] = [cpuNow(), performance.now()];
      setImmediate(tick);
    };
    setImmediate(tick);
  }

  end(): void {
    this.#isOver = true;
  }

  report(): object {
    return { turns: this.#cpuMs.length, cpuMs: quantiles(this.#cpuMs), wallMs: quantiles(this.#wallMs) };
  }
}

function quantiles(values: readonly number[]): object {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0, 2);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), most: at(1) };
}

function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
