import { buildCity } from '../city/build-city.ts';
import type { AssetSpec } from '../city/asset.ts';
import type { City } from '../city/city.ts';
import type { CityModel } from '../city/plan.ts';
import { CityPlan } from '../city/plan.ts';
import { reportIntervalIn } from '../encode/report-interval.ts';
import type { EndedDownlink } from '../simulation/downlink.ts';
import { Simulation } from '../simulation/simulation.ts';
import type { Incident, TruthLog } from '../truth/incident.ts';
import { MemoryTruthLog } from '../truth/memory-truth-log.ts';
import type { TruthHeader } from '../truth/truth-file.ts';
import { CityClock } from '../world/city-clock.ts';
import { SeededWeather } from '../world/weather.ts';
import { compileFaults, type DisturbancePlan } from './compile-faults.ts';
import { DownlinkBook, type DownlinkCounts } from './downlink-book.ts';
import type { FleetSize, Scenario } from './scenario.ts';

export interface ScenarioRunOptions {
  /** Default: the scenario's own. */
  readonly seed?: number;
  /** Its short form. */
  readonly isShort?: boolean;
  /** Another fleet. */
  readonly size?: FleetSize;
  /** What `fleet: { import: … }` names, read by whoever may read files. */
  readonly assets?: readonly AssetSpec[];
  /** Default: one in memory. */
  readonly truth?: TruthLog;
  /** As of `Simulation`: how late downlinks that come from outside may take hold. */
  readonly sliceMs?: number;
}

/** From this moment on a device reports as often as this, both ms. */
export interface IntervalChange {
  readonly from: number;
  readonly intervalMs: number;
}

const HOUR_MS = 3_600_000;
/** Weather takes six hours to come and to go. */
const RAMP_MS = 6 * HOUR_MS;
const NOTHING = [] as const;

/** A scenario with its city, ready to be run once. */
export class ScenarioRun {
  readonly scenario: Scenario;
  readonly seed: number;
  /** UTC ms: from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  readonly plan: CityPlan;
  readonly faults: DisturbancePlan;
  readonly city: City;
  readonly simulation: Simulation;
  readonly #truth: TruthLog;
  readonly #downlinks = new DownlinkBook();
  readonly #intervals = new Map<string, IntervalChange[]>();
  #models: ReadonlyMap<string, CityModel> | undefined;

  /** @throws RangeError if it asks for an imported city and none is given */
  constructor(scenario: Scenario, options: ScenarioRunOptions = {}) {
    const { seed = scenario.seed, isShort = false, truth = new MemoryTruthLog() } = options;
    const durationMs = isShort ? scenario.short.durationMs : scenario.durationMs;
    this.scenario = scenario;
    this.seed = seed;
    this.from = scenario.startAt;
    this.to = scenario.startAt + durationMs;
    this.plan = planOf(scenario, seed, options);
    this.faults = compileFaults(scenario, durationMs, seed, [...this.plan.subjects()]);
    this.#truth = truth;
    this.city = buildCity({
      plan: this.plan,
      from: this.from,
      truth,
      disturbances: (subject) => this.faults.get(subject) ?? NOTHING,
      weather: this.#weather(),
      clock: new CityClock(scenario.zone),
    });
    const { devices, cabinets, weather } = this.city;
    const { sliceMs } = options;
    this.simulation = new Simulation({
      ...{ seed, from: this.from, devices, cabinets, weather, truth, ...(sliceMs !== undefined && { sliceMs }) },
      downlinked: (ended) => this.#note(ended),
    });
    for (const { kind, from } of devices.flatMap(({ disturbances }) => disturbances)) {
      if (kind === 'device.reconfigured' && from < this.to) this.#downlinks.sent++;
    }
  }

  /** Hands bytes for a device to the network now. Gives whether there is such a device. */
  send(deviceId: string, payload: Uint8Array): boolean {
    const isKnown = this.simulation.send(deviceId, payload);
    if (isKnown) this.#downlinks.sent++;
    return isKnown;
  }

  /** What became of those that the scenario orders, and of those that came from outside. */
  get downlinks(): DownlinkCounts {
    return this.#downlinks.counts;
  }

  /** Which devices have heard on the way that they are to report at other intervals: by device, in the order of time. */
  get intervals(): ReadonlyMap<string, readonly IntervalChange[]> {
    return this.#intervals;
  }

  /** What was so, after everything was run. */
  get incidents(): readonly Incident[] {
    return this.#truth instanceof MemoryTruthLog ? this.#truth.incidents : [];
  }

  get header(): TruthHeader {
    const { scenario, seed, from, to, city } = this;
    return { scenario: scenario.name, seed, from, to, devices: city.devices.length };
  }

  #note(ended: EndedDownlink): void {
    this.#downlinks.note(ended);
    const { deviceId, payload, heardAt } = ended;
    if (heardAt === null) return;
    this.#models ??= new Map(this.city.devices.map((device) => [device.deviceId, device.model]));
    const intervalMs = reportIntervalIn(this.#models.get(deviceId)!, payload);
    if (intervalMs === null) return;
    const changes = this.#intervals.get(deviceId);
    if (changes) changes.push({ from: heardAt, intervalMs });
    else this.#intervals.set(deviceId, [{ from: heardAt, intervalMs }]);
  }

  #weather(): SeededWeather {
    const { warmer, snowCm } = this.scenario.weather;
    const isUsual = warmer === 0 && snowCm === null;
    const spell = {
      from: this.from - RAMP_MS,
      to: this.to + RAMP_MS,
      temperatureK: warmer,
      ...(snowCm !== null && { snowCm }),
    };
    return new SeededWeather(this.seed, undefined, isUsual ? [] : [spell]);
  }
}

function planOf({ fleet, short }: Scenario, seed: number, { isShort, size, assets }: ScenarioRunOptions): CityPlan {
  if (assets && !isShort) return new CityPlan({ seed, assets });
  if (size) return new CityPlan({ seed, size });
  if (isShort) return new CityPlan({ seed, size: short.fleet });
  if ('import' in fleet) throw new RangeError(`the city ${fleet.import} is not given`);
  return new CityPlan({ seed, size: fleet });
}
