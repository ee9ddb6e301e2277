import type { AssetSpec, DeviceSpec } from '../city/asset.ts';
import { buildCity } from '../city/build-city.ts';
import type { City } from '../city/city.ts';
import type { CitySize } from '../city/generated-city.ts';
import { CityPlan, type CityModel } from '../city/plan.ts';
import { compileFaults } from '../scenario/compile-faults.ts';
import type { FaultOrder } from '../scenario/scenario.ts';
import type { ArrivalSink } from '../simulation/arrival.ts';
import type { FirmwareSettings } from '../simulation/simulation-options.ts';
import { Simulation } from '../simulation/simulation.ts';
import { TruthLog } from '../truth/incident.ts';
import { LIVE_FAULTS, LIVE_LAMP_FAULTS } from './live-faults.ts';
import { Pace, PacedRun } from './paced-run.ts';

export interface LiveCityOptions {
  readonly seed: number;
  /** How many times faster than life bins fill and cars come and go. */
  readonly speed: number;
  readonly size: CitySize;
  /** The time on the wall at which it begins, UTC ms. */
  readonly begunAt: number;
}

/** An asset, and the device on it, as a platform has to know them. */
export interface Registered {
  readonly asset: AssetSpec;
  readonly device: DeviceSpec;
}

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
/** Beyond this nothing goes wrong any more. */
const FAULTS_DRAWN_MS = 3 * 365 * DAY_MS;
/** How often devices of a city that is faster than life are heard, in real time. */
const HEARD_EVERY_MS: Readonly<Record<CityModel, number>> = {
  'dragino-ndds75': 30 * SECOND_MS,
  'dingtek-df702': 40 * SECOND_MS,
  'milesight-em400-mud': 30 * SECOND_MS,
  'dingtek-do201': 60 * SECOND_MS,
  'dingtek-do202': 60 * SECOND_MS,
  'ucifi-streetlight': 45 * SECOND_MS,
};

interface Part {
  readonly city: City;
  readonly simulation: Simulation;
  readonly pace: Pace;
}

/** Nobody asks what was true of a city that people watch. */
class NoTruth extends TruthLog {
  override begin(): void {}
  override end(): void {}
}

/**
 * A city for people to watch: bins and parking spots faster than life, with clocks that show real time; street lights in real time, because
 * everybody can look out of the window. At speed 1 all of it as in life, intervals too.
 */
export class LiveCity {
  readonly #parts: readonly Part[];
  #runs: readonly PacedRun[] = [];

  constructor(private readonly options: LiveCityOptions) {
    const { bins, parkingSpots, streetLights } = options.size;
    this.#parts = [
      this.#part({ bins, parkingSpots, streetLights: 0 }, options.speed, LIVE_FAULTS),
      this.#part({ bins: 0, parkingSpots: 0, streetLights }, 1, LIVE_LAMP_FAULTS),
    ];
  }

  get devices(): readonly Registered[] {
    return this.#parts.flatMap(({ city, pace }) =>
      city.devices.map(({ asset, spec }) => ({ asset: hurried(asset, pace), device: this.#heard(spec, pace) })),
    );
  }

  get cabinets(): readonly AssetSpec[] {
    return this.#parts.flatMap(({ city }) => city.cabinets.map(({ asset }) => asset));
  }

  start(sink: ArrivalSink): void {
    this.#runs = this.#parts.map(({ simulation, pace }) => new PacedRun(simulation, pace, sink));
    for (const run of this.#runs) run.start();
  }

  /** Runs it up to a moment on the wall at once. */
  runTo(now: number, sink: ArrivalSink): void {
    for (const { simulation, pace } of this.#parts) simulation.run(Math.floor(pace.eventTime(now)), sink);
  }

  /** Hands bytes for a device to the network now. Gives whether there is such a device. */
  send(deviceId: string, payload: Uint8Array): boolean {
    return this.#parts.some(({ simulation }) => simulation.send(deviceId, payload));
  }

  stop(): void {
    for (const run of this.#runs) run.stop();
  }

  #part(size: CitySize, speed: number, faults: readonly FaultOrder[]): Part {
    const { seed, begunAt } = this.options;
    const pace = new Pace(begunAt, begunAt, speed);
    const isHurried = this.#isHurried;
    const intervalMs = (model: CityModel) => (isHurried ? HEARD_EVERY_MS[model] * speed : undefined);
    const plan = new CityPlan({ seed, size, intervalMs });
    const drawn = compileFaults({ faults, startAt: begunAt }, FAULTS_DRAWN_MS, seed, [...plan.subjects()]);
    const truth = new NoTruth();
    const disturbances = (subject: string) => drawn.get(subject) ?? [];
    const city = buildCity({ plan, from: begunAt, truth, disturbances });
    const settings = (index: number) => (isHurried ? settingsOf(city, index, speed) : undefined);
    const { clockFace } = pace;
    const simulation = new Simulation({ seed, from: begunAt, ...city, truth, clockFace, settings });
    return { city, simulation, pace };
  }

  get #isHurried(): boolean {
    return this.options.speed !== 1;
  }

  #heard(spec: DeviceSpec, { speed }: Pace): DeviceSpec {
    if (!this.#isHurried) return spec;
    const seconds = Math.round(secondsOf(spec.reportingInterval) / speed);
    return { ...spec, reportingInterval: `PT${seconds}S` };
  }
}

/**
 * Intervals that a device is told are told by its clock, which shows real time. And a group of a Milesight stands for half an hour, whatever
 * it was: where time is short it sends one at a time.
 */
function settingsOf({ devices }: City, index: number, speed: number): FirmwareSettings {
  const device = devices[index]!;
  if (device.model !== 'milesight-em400-mud') return { clockMs: speed };
  return { clockMs: speed, sampleEveryMs: device.intervalMs };
}

/** What may last so long by the rules of a street lasts that much shorter in a city that is faster. */
function hurried(asset: AssetSpec, { speed }: Pace): AssetSpec {
  const limit = asset['maximumParkingDuration'];
  if (speed === 1 || typeof limit !== 'string') return asset;
  return { ...asset, maximumParkingDuration: `PT${Math.max(1, Math.round(secondsOf(limit) / speed))}S` };
}

/** Of an ISO 8601 duration in hours, minutes and seconds. */
function secondsOf(duration: string): number {
  const [, hours, minutes, seconds] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration) ?? [];
  return Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}
