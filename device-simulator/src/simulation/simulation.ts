import { makeFirmware } from '../firmware/make-firmware.ts';
import type { Firmware } from '../firmware/firmware.ts';
import { ArrivalQueue } from './arrival-queue.ts';
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
  readonly #queue = new ArrivalQueue();
  #now: number;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#now = options.from;
    this.#sliceMs = options.sliceMs ?? SLICE_MS;
    const { devices } = options;
    const swaps = swapsOf(devices);
    this.#firmwares = devices.map((device, place) => {
      if (device.index !== place)
        throw new Error(`device ${device.deviceId} says it is number ${device.index}, not ${place}`);
      const other = swaps.get(place);
      return makeFirmware(device, options, other === undefined ? undefined : devices[other], this.#queue.push);
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
    while (this.#now < to) {
      const places = this.#slice(to);
      for (let index = 0; index < places.length; index++) sink(this.#queue.arrival(places[index]!));
    }
  }

  /** The same one by one, for whoever wants to wait in between. */
  *arrivals(to: number): Generator<Arrival, void, undefined> {
    while (this.#now < to) for (const place of this.#slice(to)) yield this.#queue.arrival(place);
  }

  /** Lets all things come to the present moment, so that everything true of them is written; nothing may be run after it. */
  finish(): void {
    for (const { thing } of this.#options.devices) thing.advance(this.#now);
    for (const cabinet of this.#options.cabinets ?? []) cabinet.advance(this.#now);
    for (const firmware of this.#firmwares) firmware.finish(this.#now);
  }

  /** Works out the next slice, but not beyond `to`. Gives the places in the queue of what arrives in it, in order. */
  #slice(to: number): Float64Array {
    const { from } = this.#options;
    const slice = Math.floor((this.#now - from) / this.#sliceMs) + 1;
    const start = this.#now;
    const end = Math.min(to, from + slice * this.#sliceMs);
    // They have been handed out.
    this.#queue.drop(start);
    const wakes = this.#wakes;
    for (let place = 0; place < wakes.length; place++) {
      if (wakes[place]! >= end) continue;
      const firmware = this.#firmwares[place]!;
      firmware.run(end);
      wakes[place] = firmware.nextAt;
    }
    for (const group of this.#groups) this.#runGroup(group, end);
    this.#now = end;
    return this.#queue.due(start, end);
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
