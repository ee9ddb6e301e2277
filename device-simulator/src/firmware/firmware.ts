import type { CityDevice } from '../city/city.ts';
import type { Channel } from '../radio/channel.ts';
import type { Random } from '../random.ts';
import type { Cell } from '../sensors/cell.ts';
import type { Arrival } from '../simulation/arrival.ts';
import type { DeviceTruth } from '../simulation/device-truth.ts';
import type { FirmwareSettings } from '../simulation/simulation-options.ts';
import { NO_FAULTS, type Faults } from '../world/faults.ts';
import type { Thing, Weather } from '../world/thing.ts';
import type { DeviceClock } from './clock.ts';
import type { Timing } from './timing.ts';

/** What a device consists of beside its program. */
export interface Parts {
  readonly device: CityDevice;
  readonly from: number;
  readonly settings: FirmwareSettings;
  readonly clock: DeviceClock;
  readonly channel: Channel;
  /** null: on mains. */
  readonly cell: Cell | null;
  readonly faults: Faults;
  readonly random: Random;
  readonly truth: DeviceTruth;
  readonly weather: Weather;
  readonly arrive: (arrival: Arrival) => void;
}

/** What a program sees of the sensor that it reads. */
export interface Sensor {
  /** The thing that it is on, advanced by whoever looks. */
  subject(at: number): Thing<object>;
  measure(at: number): void;
  /** Whether what was measured last is so. */
  readonly isRight: boolean;
  /** When it will see something change by itself although nothing does; Infinity: never. */
  readonly nextChangeAt: number;
}

interface Kept {
  readonly payload: Uint8Array;
  readonly measuredAt: number;
  readonly isRight: boolean;
}

/** After supply comes back everything starts within this time. */
const START_WITHIN_MS = 60_000;
/** What is worth telling at once is tried again so often, so far apart, before it waits for the next regular uplink. */
const RETRIES = 3;
const RETRY_AFTER_MS = 10 * 60_000;

/**
 * The program of a device: wakes when something is due, measures, and sends. Models say how they measure and what they write.
 * Every wake follows from the device's own streams of chance and its thing, never from when or how often it is asked to run.
 */
export abstract class Firmware<Sensing extends Sensor = Sensor> {
  /** When it wakes next, UTC ms. */
  nextAt = 0;
  /** 16 bits, from 0 at each start. */
  protected counter: number;
  readonly #reportEveryMs: number;
  readonly #sampleEveryMs: number;
  readonly #detectEveryMs: number;
  readonly #detectPhase: number;
  readonly #starts: number[];
  readonly #kept: Kept[] = [];
  readonly #keeps: number;
  readonly #deviceId: string;
  #reportAt: number;
  #sampleAt: number;
  #lookAt = Infinity;
  #startAt: number;
  #hasSupply = true;
  /** The news that the platform has. */
  #told: number | undefined;
  #retryAt = Infinity;
  #failures = 0;

  constructor(
    protected readonly parts: Parts,
    protected readonly sensor: Sensing,
    timing: Timing,
  ) {
    const { device, settings, random, from, clock, faults, cell } = parts;
    const stretch = settings.onTheHour ? 1 : 1 + random.between(...timing.stretch);
    const interval = settings.reportEveryMs ?? device.intervalMs;
    this.#deviceId = device.deviceId;
    this.#reportEveryMs = Math.round(interval * stretch);
    this.#sampleEveryMs = Math.round(settings.sampleEveryMs ?? timing.sampleEveryMs(interval) * stretch);
    this.#detectEveryMs = timing.detectEveryMs;
    this.#detectPhase = Math.floor(random.next() * Math.max(1, Math.min(timing.detectEveryMs, interval)));
    this.#keeps = timing.keeps;
    this.counter = random.integer(0, 2_000);
    const phase = Math.floor(random.next() * interval);
    this.#reportAt = settings.onTheHour ? Math.ceil(from / interval) * interval - clock.errorMs : from + phase;
    if (this.#reportAt < from) this.#reportAt += interval;
    // Samples in step with the uplink that takes them along.
    this.#sampleAt = Number.isFinite(this.#sampleEveryMs) ? this.#stepBack(this.#reportAt, from) : Infinity;
    this.#starts = startsOf(faults, cell).filter((at) => at > from);
    this.#startAt = this.#starts.shift() ?? Infinity;
    device.thing.advance(from);
    this.#planLook(from);
    this.#planNext();
  }

  /** Lets everything happen that is due before this moment. */
  run(until: number): void {
    if (this.#told === undefined) this.#begin();
    while (this.nextAt < until) {
      const at = this.nextAt;
      this.parts.truth.advance(at);
      if (at === this.#startAt) this.#start(at);
      if (at === this.#lookAt || at === this.#retryAt) this.#look(at);
      if (at === this.#sampleAt) {
        this.#sampleAt += this.#sampleEveryMs;
        this.#advance(at);
        if (this.#isOn(at)) this.#sample(at);
      }
      if (at === this.#reportAt) {
        this.#reportAt += this.#reportEveryMs;
        this.#advance(at);
        if (this.#isOn(at)) this.#report(at, false);
      }
      this.#planNext();
    }
  }

  /** Writes what is true of the device up to now. */
  finish(now: number): void {
    if (this.parts.device.kind === 'lamp') this.#supply(this.parts.device.thing.state.hasSupply, now);
    this.parts.truth.advance(now);
  }

  /** Takes a measurement. */
  protected measure(at: number): void {
    this.sensor.measure(at);
  }

  /** What of the last measurement is told at once when it changes, as a number that stands for it. */
  protected get news(): number {
    return 0;
  }

  /** The uplink about what was measured last. */
  protected abstract encode(at: number, isEvent: boolean): Uint8Array;

  /** Whether what was measured last says anything of the thing. */
  protected get hasMeasurement(): boolean {
    return true;
  }

  /** Keeps what was measured last for the next uplink. */
  protected keep(_at: number): void {}

  /** How much better the reception is than usual, dB. */
  protected get gainDb(): number {
    return 0;
  }

  /** What it sends after power-on, if its format has something for that. */
  protected boot(_at: number): Uint8Array | null {
    return null;
  }

  /** The network has acknowledged an uplink, or has not. */
  protected sent(_isDelivered: boolean, _isEvent: boolean): void {}

  #isOn(at: number): boolean {
    if (!this.#hasSupply) return false;
    const { faults, cell } = this.parts;
    if (cell !== null && cell.isEmpty(at)) return false;
    if (faults === NO_FAULTS) return true;
    return !(
      faults.active('device.dead', at) ||
      faults.active('device.hung', at) ||
      faults.active('device.reboot', at)
    );
  }

  #look(at: number): void {
    this.#retryAt = Infinity;
    this.#advance(at);
    if (this.#isOn(at)) {
      this.measure(at);
      if (this.news !== this.#told) this.#report(at, true);
    }
    this.#planLook(at);
  }

  /** What it sees at the beginning it has told before. */
  #begin(): void {
    this.measure(this.parts.from);
    this.#told = this.news;
  }

  #sample(at: number): void {
    this.measure(at);
    this.keep(at);
    if (this.news !== this.#told && this.#detectEveryMs < Infinity) this.#report(at, true);
  }

  /** Time passes for the thing, and for the one that a swapped sensor looks at. */
  #advance(at: number): void {
    const { device } = this.parts;
    device.thing.advance(at);
    const subject = this.sensor.subject(at);
    if (subject !== device.thing) subject.advance(at);
    if (device.kind === 'lamp') this.#supply(device.thing.state.hasSupply, at);
  }

  #supply(hasSupply: boolean, at: number): void {
    if (hasSupply === this.#hasSupply) return;
    this.#hasSupply = hasSupply;
    if (hasSupply) {
      const start = at + 1 + this.parts.random.integer(0, START_WITHIN_MS);
      if (start < this.#startAt) {
        if (Number.isFinite(this.#startAt)) this.#starts.unshift(this.#startAt);
        this.#startAt = start;
      }
      this.parts.truth.end('device.silent', at);
    } else {
      this.parts.truth.begin('device.silent', at);
    }
  }

  #start(at: number): void {
    this.#startAt = this.#starts.shift() ?? Infinity;
    const { cell, clock } = this.parts;
    if (cell?.empties.some(({ to }) => to === at)) cell.replace(at);
    this.#advance(at);
    if (!this.#isOn(at)) return;
    this.counter = 0;
    this.#kept.length = 0;
    clock.reset();
    this.parts.channel.measure(at, 0);
    const message = this.boot(at);
    if (message !== null) this.#send(at, message, NaN, false);
    this.#report(at, false);
  }

  #report(at: number, isEvent: boolean): void {
    // An event is about what has just been measured.
    if (!isEvent) this.measure(at);
    const { channel } = this.parts;
    channel.measure(at, this.gainDb);
    this.counter = (this.counter + 1) & 0xffff;
    const payload = this.encode(at, isEvent);
    const measuredAt = this.hasMeasurement ? at : NaN;
    const isDelivered = this.#send(at, payload, measuredAt, this.sensor.isRight);
    if (isDelivered) this.#told = this.news;
    if (isEvent) this.#retry(at, isDelivered);
    this.sent(isDelivered, isEvent);
    if (this.#keeps === 0) return;
    if (!isDelivered) {
      if (this.#kept.length === this.#keeps) this.#kept.shift();
      this.#kept.push({ payload, measuredAt, isRight: this.sensor.isRight });
      return;
    }
    while (this.#kept.length > 0) {
      const { payload, measuredAt, isRight } = this.#kept[0]!;
      if (!this.#send(at, payload, measuredAt, isRight)) return;
      this.#kept.shift();
    }
  }

  #retry(at: number, isDelivered: boolean): void {
    this.#failures = isDelivered || this.#failures === RETRIES ? 0 : this.#failures + 1;
    this.#retryAt = this.#failures === 0 ? Infinity : at + RETRY_AFTER_MS;
  }

  #send(at: number, payload: Uint8Array, measuredAt: number, isRight: boolean): boolean {
    const { channel, clock, arrive, device } = this.parts;
    const isDelivered = channel.send(at);
    if (!isDelivered) return false;
    clock.synchronise();
    const { index: deviceIndex } = device;
    const deviceId = this.#deviceId;
    arrive({
      at: channel.arrivedAt,
      deviceIndex,
      deviceId,
      payload,
      measuredAt,
      wasMeasuredRight: isRight,
      isRepeat: false,
    });
    if (channel.repeatedAt > 0) {
      const at = channel.repeatedAt;
      arrive({ at, deviceIndex, deviceId, payload, measuredAt, wasMeasuredRight: isRight, isRepeat: true });
    }
    return true;
  }

  #planLook(at: number): void {
    if (this.#detectEveryMs === Infinity) return;
    const { sensor, parts } = this;
    // A sensor without supply sees nothing, and its change is long over.
    const change = sensor.nextChangeAt > at ? sensor.nextChangeAt : Infinity;
    const event = Math.min(parts.device.thing.nextEventAt, sensor.subject(at).nextEventAt, change);
    if (event === Infinity) {
      this.#lookAt = Infinity;
      return;
    }
    const every = this.#detectEveryMs;
    const notBefore = Math.max(event, at + 1);
    this.#lookAt =
      every === 0
        ? Math.ceil(notBefore)
        : Math.ceil((notBefore - this.#detectPhase) / every) * every + this.#detectPhase;
  }

  #planNext(): void {
    this.nextAt = Math.min(this.#reportAt, this.#sampleAt, this.#lookAt, this.#retryAt, this.#startAt);
  }

  /** The first moment of a grid through `at` that is not before `from`. */
  #stepBack(at: number, from: number): number {
    return at - Math.floor((at - from) / this.#sampleEveryMs) * this.#sampleEveryMs;
  }
}

/** When a device starts anew by itself, or because somebody has changed its cell. */
function startsOf(faults: Faults, cell: Cell | null): number[] {
  const ends = faults.list
    .filter(({ kind }) => kind === 'device.dead' || kind === 'device.hung' || kind === 'device.reboot')
    .map(({ to }) => to);
  const changes = cell === null ? [] : cell.empties.map(({ to }) => to);
  return [...new Set([...ends, ...changes])].filter(Number.isFinite).sort((a, b) => a - b);
}
