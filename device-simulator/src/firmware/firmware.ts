import { encodeReportInterval, reportIntervalIn } from '../encode/report-interval.ts';
import { numberIn } from '../world/faults.ts';
import { Downlinks } from './downlinks.ts';
import { News } from './news.ts';
import { Outbox } from './outbox.ts';
import { runs, startsOf, type Parts, type Sensor } from './parts.ts';
import type { Timing } from './timing.ts';

/** After supply comes back everything starts within this time. */
const START_WITHIN_MS = 60_000;

/**
 * The program of a device: wakes when something is due, measures, and sends. Models say how they measure and what they write.
 * Every wake follows from the device's own streams of chance and its thing, never from when or how often it is asked to run.
 */
export abstract class Firmware<Sensing extends Sensor = Sensor> {
  /** When it wakes next, UTC ms. */
  nextAt = 0;
  /** 16 bits, from 0 at each start. */
  protected counter: number;
  /** As it is set; its timers run a little slower. */
  protected intervalMs: number;
  readonly #timing: Timing;
  readonly #stretch: number;
  #reportEveryMs: number;
  #sampleEveryMs: number;
  readonly #detectEveryMs: number;
  readonly #detectPhase: number;
  readonly #starts: number[];
  readonly #outbox: Outbox;
  #news: News | undefined;
  #downlinks: Downlinks | undefined;
  // Numbers from the beginning: in a field that was undefined once, every new number is an object of its own.
  #reportAt = Infinity;
  #sampleAt = Infinity;
  #lookAt = Infinity;
  #startAt = Infinity;
  #hasSupply = true;

  constructor(
    protected readonly parts: Parts,
    protected readonly sensor: Sensing,
    timing: Timing,
  ) {
    const { device, settings, random, from, clock } = parts;
    const stretch = settings.onTheHour ? 1 : 1 + random.between(...timing.stretch);
    const interval = settings.reportEveryMs ?? device.intervalMs;
    this.intervalMs = interval;
    this.#timing = timing;
    this.#stretch = stretch;
    this.#reportEveryMs = Math.round(interval * stretch);
    this.#sampleEveryMs = Math.round(settings.sampleEveryMs ?? timing.sampleEveryMs(interval) * stretch);
    this.#detectEveryMs = timing.detectEveryMs;
    this.#detectPhase = Math.floor(random.next() * Math.max(1, Math.min(timing.detectEveryMs, interval)));
    this.#outbox = new Outbox(parts, timing.keeps);
    this.counter = random.integer(0, 2_000);
    const phase = Math.floor(random.next() * interval);
    this.#reportAt = settings.onTheHour ? Math.ceil(from / interval) * interval - clock.errorMs : from + phase;
    if (this.#reportAt < from) this.#reportAt += interval;
    // Samples in step with the uplink that takes them along.
    this.#sampleAt = Number.isFinite(this.#sampleEveryMs) ? this.#stepBack(this.#reportAt, from) : Infinity;
    this.#starts = startsOf(parts).filter((at) => at > from);
    this.#startAt = this.#starts.shift() ?? Infinity;
    device.thing.advance(from);
    this.#planLook(from);
    this.#downlinks = this.#ordered();
    this.#planNext();
  }

  /** Hands bytes for this device to the network at this moment, which must not be before what has been run. */
  receive(payload: Uint8Array, at: number): void {
    this.#downlinks ??= new Downlinks(this.parts, this.parts.stream('downlink'), []);
    this.#downlinks.add(payload, at);
    this.#planNext();
  }

  /** Lets everything happen that is due before this moment. */
  run(until: number): void {
    const news = (this.#news ??= this.#begin());
    while (this.nextAt < until) {
      const at = this.nextAt;
      this.parts.truth.advance(at);
      if (at === this.#startAt) this.#start(at, news);
      if (at === this.#lookAt || at === news.retryAt) this.#look(at, news);
      if (at === this.#sampleAt) {
        this.#sampleAt += this.#sampleEveryMs;
        this.#advance(at);
        if (this.#isOn(at)) this.#sample(at, news);
      }
      if (at === this.#reportAt) {
        this.#reportAt += this.#reportEveryMs;
        this.#advance(at);
        if (this.#isOn(at)) this.#report(at, false, news);
      }
      if (at === this.#downlinks?.nextAt) this.#hear(at, this.#downlinks);
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

  /** Whether what was measured last says anything of the thing: without an echo some still know its temperature. */
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
    return this.#hasSupply && runs(this.parts, at);
  }

  #look(at: number, news: News): void {
    const isRetry = at === news.retryAt;
    this.#advance(at);
    if (this.#isOn(at)) {
      this.measure(at);
      if (isRetry || news.isNew(this.news)) this.#report(at, true, news);
    } else if (isRetry) news.forget();
    this.#planLook(at);
  }

  /** What it sees at the beginning it has told before. */
  #begin(): News {
    this.measure(this.parts.from);
    return new News(this.news);
  }

  #sample(at: number, news: News): void {
    this.measure(at);
    this.keep(at);
    if (news.isNew(this.news) && this.#detectEveryMs < Infinity) this.#report(at, true, news);
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

  #start(at: number, news: News): void {
    this.#startAt = this.#starts.shift() ?? Infinity;
    const { cell, clock } = this.parts;
    if (cell?.empties.some(({ to }) => to === at)) cell.replace(at);
    this.#advance(at);
    if (!this.#isOn(at)) return;
    this.counter = 0;
    this.#outbox.clear();
    clock.reset();
    this.parts.channel.measure(at, 0);
    const message = this.boot(at);
    if (message !== null) this.#outbox.announce(at, message);
    this.#report(at, false, news);
  }

  #report(at: number, isEvent: boolean, news: News): void {
    // An event is about what has just been measured.
    if (!isEvent) this.measure(at);
    this.parts.channel.measure(at, this.gainDb);
    this.counter = (this.counter + 1) & 0xffff;
    const payload = this.encode(at, isEvent);
    const measuredAt = this.hasMeasurement ? at : NaN;
    const isDelivered = this.#outbox.send(at, payload, measuredAt, this.sensor.isRight);
    if (this.#detectEveryMs < Infinity) news.tried(this.news, at, isDelivered);
    this.sent(isDelivered, isEvent);
    if (isDelivered) this.#downlinks?.listen(this.parts.channel.arrivedAt);
  }

  /** What the scenario orders, if it orders anything. */
  #ordered(): Downlinks | undefined {
    const { parts } = this;
    const orders = parts.device.disturbances.filter(({ kind }) => kind === 'device.reconfigured');
    if (orders.length === 0) return undefined;
    const planned = orders.map((order) => {
      const payload = encodeReportInterval(parts.device, numberIn(order, 'minutes', 60) * 60_000);
      return { payload, sentAt: Math.max(parts.from, order.from) };
    });
    return new Downlinks(parts, parts.stream('downlink'), planned);
  }

  #hear(at: number, downlinks: Downlinks): void {
    this.#advance(at);
    const command = downlinks.take(at, this.#isOn(at));
    const told = command && reportIntervalIn(this.parts.device.model, command);
    if (told === null) return;
    const { clockMs = 1, sampleEveryMs } = this.parts.settings;
    const interval = told * clockMs;
    // Who is set to take one sample for each uplink goes on so.
    const isSet = sampleEveryMs !== undefined && sampleEveryMs !== this.intervalMs;
    const usual = sampleEveryMs === undefined ? this.#timing.sampleEveryMs(interval) : interval;
    const sample = isSet ? sampleEveryMs : usual * this.#stretch;
    this.intervalMs = interval;
    this.#reportEveryMs = Math.round(interval * this.#stretch);
    this.#sampleEveryMs = Math.round(sample);
    // Its timer starts anew.
    this.#reportAt = at + this.#reportEveryMs;
    if (Number.isFinite(this.#sampleEveryMs)) this.#sampleAt = this.#stepBack(this.#reportAt, at + 1);
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
    const retryAt = this.#news?.retryAt ?? Infinity;
    const hearAt = this.#downlinks === undefined ? Infinity : this.#downlinks.nextAt;
    this.nextAt = Math.min(this.#reportAt, this.#sampleAt, this.#lookAt, retryAt, this.#startAt, hearAt);
  }

  /** The first moment of a grid through `at` that is not before `from`. */
  #stepBack(at: number, from: number): number {
    return at - Math.floor((at - from) / this.#sampleEveryMs) * this.#sampleEveryMs;
  }
}
