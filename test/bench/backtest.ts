import { cpus } from 'node:os';
import { DeviceSubjects, runBacktest, type HeardUplink } from '@stadtfunk/backtest';
import type { BoundDevice } from '@stadtfunk/devices';
import type { Reading, Values } from '@stadtfunk/readings';
import { compileRules, DEFAULT_RULES, describeProblem, type RuleSet } from '@stadtfunk/rules';
import { HANAU } from '../platform/device.ts';
import { round } from './measure.ts';

export interface BacktestBenchOptions {
  readonly devices: number;
  readonly rules: number;
  readonly readings: number;
  readonly runs: number;
  readonly order: ReadingOrder;
  readonly log: (line: string) => void;
}

/** As a recording has readings, or one device after the other, as stored history is read. */
export const READING_ORDERS = ['time', 'device'] as const;
export type ReadingOrder = (typeof READING_ORDERS)[number];

const MINUTE = 60_000;
export const FROM = Date.UTC(2026, 9, 1);
/** Uplinks of a recording in one batch. Of stored history, one has all of a device. */
const BATCH = 1_000;
const TYPES = ['WasteContainer', 'ParkingSpot', 'Streetlight'] as const;

/** Rules beside the bundled ones, over what all three kinds of asset measure, until there are as many as asked for. */
const MORE = [
  'appliesTo: { type: WasteContainer }, when: fillingLevel >= 0.95, for: PT2H',
  'appliesTo: { type: WasteContainer }, when: temperature < -10.0 && fillingLevel > 0.5',
  'appliesTo: { type: ParkingSpot }, when: occupancy && temperature > 40.0',
  'appliesTo: { type: Streetlight }, when: activePower > 90.0, for: PT10M',
  'when: rsrp < -125.0, readings: 3',
  'when: batteryVoltage < 3.1 || batteryLevel < 0.1',
  'when: temperature > 65.0, clear: temperature < 50.0',
  'when: humidity > 95.0 && temperature < 0.0',
];

/** One process, one thread: how many readings a second the rules can judge, without what a store takes to give them. */
export async function benchBacktest(options: BacktestBenchOptions): Promise<object> {
  const { devices, readings, runs, order, log } = options;
  const fleet = Array.from({ length: devices }, (_, number) => boundDevice(number));
  const measured = [];
  for (let run = 0; run < runs; run++) {
    log(`run ${run + 1} of ${runs}`);
    measured.push(await measure(options, fleet));
  }
  measured.sort((a, b) => b.readingsPerSecond - a.readingsPerSecond);
  return {
    bench: 'backtest',
    machine: { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version },
    devices,
    readings,
    rules: options.rules,
    order,
    best: measured[0],
    runs: measured.map(({ readingsPerSecond }) => readingsPerSecond),
  };
}

async function measure({ readings, rules, order }: BacktestBenchOptions, fleet: readonly BoundDevice[]) {
  const compiled = rulesOf(rules);
  const rounds = Math.ceil(readings / fleet.length);
  /** The index in the order of time of what comes at a place. */
  const indexAt = (place: number) => (place % rounds) * fleet.length + Math.floor(place / rounds);
  const batchSize = order === 'device' ? rounds : BATCH;
  let cpuMs = 0;
  let making: number | undefined;
  // What the uplinks take to be made is nobody's work in a backtest.
  async function* uplinks() {
    for (let from = 0; from < readings; from += batchSize) {
      const begun = cpuNow();
      const batch = Array.from({ length: Math.min(batchSize, readings - from) }, (_, index) =>
        uplinkOf(fleet, order === 'time' ? from + index : indexAt(from + index)),
      );
      cpuMs -= cpuNow() - begun;
      yield batch;
    }
    making = cpuMs;
  }
  const wallBegun = performance.now();
  const begun = cpuNow();
  const outcome = await runBacktest({
    rules: compiled,
    against: null,
    uplinks: uplinks(),
    subjects: new DeviceSubjects(fleet),
    from: FROM,
    to: FROM + 400 * 24 * 60 * MINUTE,
    mostAlerts: 0,
    sliceSize: 10_000,
    takeTurns: () => Promise.resolve(),
    mayGoOn: () => null,
  });
  cpuMs += cpuNow() - begun;
  if (!outcome.ok) throw new Error(outcome.error.detail);
  return {
    // By the CPU time of this process: others share the machine.
    readingsPerSecond: Math.round((readings / cpuMs) * 1000),
    microsecondsPerReading: round((cpuMs * 1000) / readings, 2),
    cpuMs: round(cpuMs),
    wallMs: round(performance.now() - wallBegun),
    makingMs: round(-(making ?? 0)),
    alerts: outcome.value.alertCount,
  };
}

function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function rulesOf(count: number): RuleSet {
  const bundled = compileRules(DEFAULT_RULES);
  if (!bundled.ok) throw new Error(bundled.error.map(describeProblem).join('\n'));
  const more = Array.from({ length: Math.max(0, count - bundled.value.rules.length) }, (_, index) => {
    const body = `subject: asset, ${MORE[index % MORE.length]}, severity: minor, title: { de: A, en: A }`;
    return `  - { id: bench.rule${index}, ${body} }\n`;
  });
  const text = more.length > 0 ? `version: "1"\nrules:\n${more.join('')}` : 'version: "1"\nrules: []\n';
  const compiled = compileRules([...DEFAULT_RULES, { file: 'bench.yaml', text }]);
  if (!compiled.ok) throw new Error(compiled.error.map(describeProblem).join('\n'));
  return compiled.value;
}

export function boundDevice(number: number): BoundDevice {
  const unknown = { imei: null, iccid: null, uplinkTopic: null };
  return {
    device: {
      deviceId: `nb-${number}`,
      model: 'stadtfunk-json',
      lifecycle: 'active',
      reportingIntervalMs: 30 * MINUTE,
      ...unknown,
    },
    asset: {
      assetId: `asset-${number}`,
      type: TYPES[number % TYPES.length]!,
      name: null,
      location: HANAU,
      district: null,
      address: null,
      department: null,
      attributes: { powerRating: 60 },
    },
  };
}

/** A reading every half hour of each device; what it says goes up and down over some days. */
export function uplinkOf(fleet: readonly BoundDevice[], index: number): HeardUplink {
  const number = index % fleet.length;
  const round = Math.floor(index / fleet.length);
  const { device, asset } = fleet[number]!;
  const observedAt = FROM + round * 30 * MINUTE + number;
  const receivedAt = observedAt + 2_000;
  const phase = (round + number) % 96;
  const common = { temperature: 8 + (phase % 10), batteryVoltage: 3.6, rsrp: -98 - (phase % 5) };
  const values: Values =
    asset!.type === 'WasteContainer'
      ? { fillingLevel: phase / 100, ...common }
      : asset!.type === 'ParkingSpot'
        ? { occupancy: phase % 7 < 3, ...common }
        : { activePower: round % 48 > 36 || round % 48 < 12 ? 55 : 0.4, ...common };
  const reading: Reading = {
    deviceId: device.deviceId,
    assetId: asset!.assetId,
    observedAt,
    receivedAt,
    clock: 'ok',
    quality: 4,
    values,
  };
  return { deviceId: device.deviceId, receivedAt, readings: [reading] };
}
