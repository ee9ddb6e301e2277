import { makeFirmware } from '../firmware/make-firmware.ts';
import type { Firmware } from '../firmware/firmware.ts';
import type { Arrival, ArrivalSink } from './arrival.ts';
import type { SimulationOptions } from './simulation-options.ts';
import { groupsOf, swapsOf } from './swaps.ts';

const SLICE_MS = 60 * 60_000;

/**
 * A city in event time: its things, the sensors on them, and the radio network between. The same seed gives the same arrivals,
 * whatever the slices, the steps and the speed.
 *
 * Time passes in slices: of each device everything that it sends before the end of the slice, one device after the other, which is kind
 * to the processor's caches. What arrives later than that waits for its slice.
 */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #sliceMs: number;
  readonly #firmwares: readonly Firmware[];
  /** When each device wakes next: beside each other, because most of them sleep through most slices. */
  readonly #wakes: Float64Array;
  readonly #groups: readonly (readonly number[])[];
  /** By device id, once somebody asks. */
  #places: ReadonlyMap<string, number> | undefined;
  #waiting: Arrival[] = [];
  #now: number;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#now = options.from;
    this.#sliceMs = options.sliceMs ?? SLICE_MS;
    const { devices } = options;
    const swaps = swapsOf(devices);
    const arrive = (arrival: Arrival) => void this.#waiting.push(arrival);
    this.#firmwares = devices.map((device, place) => {
      if (device.index !== place)
        throw new Error(`device ${device.deviceId} says it is number ${device.index}, not ${place}`);
      const other = swaps.get(place);
      return makeFirmware(device, options, other === undefined ? undefined : devices[other], arrive);
    });
    this.#groups = groupsOf(swaps);
    this.#wakes = Float64Array.from(this.#firmwares, ({ nextAt }) => nextAt);
    // They are run in their group.
    for (const group of this.#groups) for (const place of group) this.#wakes[place] = Infinity;
  }

  /** Everything that arrives before this moment, UTC ms, has been handed out. */
  get now(): number {
    return this.#now;
  }

  /** Hands bytes for a device to the network now; it hears them when it next listens. Gives whether there is such a device. */
  send(deviceId: string, payload: Uint8Array): boolean {
    const { devices } = this.#options;
    this.#places ??= new Map(devices.map((device, place) => [device.deviceId, place]));
    const place = this.#places.get(deviceId);
    if (place === undefined) return false;
    const firmware = this.#firmwares[place]!;
    firmware.receive(payload, this.#now);
    // Those in a group are run by that.
    if (!this.#groups.some((group) => group.includes(place))) this.#wakes[place] = firmware.nextAt;
    return true;
  }

  /** Lets time pass up to this moment, UTC ms, and hands out what arrives before it. */
  run(to: number, sink: ArrivalSink): void {
    while (this.#now < to) for (const arrival of this.#slice(to)) sink(arrival);
  }

  /** The same one by one, for whoever wants to wait in between. */
  *arrivals(to: number): Generator<Arrival, void, undefined> {
    while (this.#now < to) yield* this.#slice(to);
  }

  /** Lets all things come to the present moment, so that everything true of them is written; nothing may be run after it. */
  finish(): void {
    for (const { thing } of this.#options.devices) thing.advance(this.#now);
    for (const cabinet of this.#options.cabinets ?? []) cabinet.advance(this.#now);
    for (const firmware of this.#firmwares) firmware.finish(this.#now);
  }

  /** Works out the next slice, but not beyond `to`. */
  #slice(to: number): readonly Arrival[] {
    const { from } = this.#options;
    const slice = Math.floor((this.#now - from) / this.#sliceMs) + 1;
    const start = this.#now;
    const end = Math.min(to, from + slice * this.#sliceMs);
    const wakes = this.#wakes;
    for (let place = 0; place < wakes.length; place++) {
      if (wakes[place]! >= end) continue;
      const firmware = this.#firmwares[place]!;
      firmware.run(end);
      wakes[place] = firmware.nextAt;
    }
    for (const group of this.#groups) this.#runGroup(group, end);
    this.#now = end;

    const arrived: Arrival[] = [];
    const waiting: Arrival[] = [];
    for (const arrival of this.#waiting) (arrival.at < end ? arrived : waiting).push(arrival);
    this.#waiting = waiting;
    return inOrder(arrived, start);
  }

  /** Wake by wake, the earliest first: nobody's thing may be ahead of whoever looks at it. */
  #runGroup(group: readonly number[], end: number): void {
    for (;;) {
      let first: Firmware | undefined;
      for (const place of group) {
        const firmware = this.#firmwares[place]!;
        if (firmware.nextAt < end && (first === undefined || firmware.nextAt < first.nextAt)) first = firmware;
      }
      if (first === undefined) return;
      first.run(first.nextAt + 1);
    }
  }
}

/**
 * Arrivals by (at, deviceIndex), those of one device at one moment as they were sent. Numbers are sorted many times faster than objects by a
 * comparison: time and place of each in one number, of which no two are equal.
 */
function inOrder(arrivals: readonly Arrival[], start: number): readonly Arrival[] {
  const { length } = arrivals;
  const keys = new Float64Array(length);
  for (let place = 0; place < length; place++) keys[place] = (arrivals[place]!.at - start) * length + place;
  keys.sort();
  const sorted: Arrival[] = [];
  let isTied = false;
  for (let place = 0; place < length; place++) {
    const arrival = arrivals[keys[place]! % length]!;
    if (place > 0 && sorted[place - 1]!.at === arrival.at) isTied = true;
    sorted.push(arrival);
  }
  return isTied ? settleTies(sorted) : sorted;
}

/** Those at the same moment by device: what waited from the slice before stands before all others. */
function settleTies(sorted: Arrival[]): readonly Arrival[] {
  for (let from = 0; from < sorted.length;) {
    let to = from + 1;
    while (to < sorted.length && sorted[to]!.at === sorted[from]!.at) to++;
    if (to - from > 1) {
      const tied = sorted.slice(from, to).sort((a, b) => a.deviceIndex - b.deviceIndex);
      for (const [place, arrival] of tied.entries()) sorted[from + place] = arrival;
    }
    from = to;
  }
  return sorted;
}
