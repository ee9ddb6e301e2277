import { encodeDingtekBin } from '../encode/dingtek.ts';
import { encodeDragino, type DraginoSample } from '../encode/dragino.ts';
import { encodeMilesight } from '../encode/milesight.ts';
import type { Random } from '../random.ts';
import {
  csqOf,
  DAY_MS,
  deviceSeconds,
  HOUR_MS,
  type AssetSpec,
  type DeviceSpec,
  type Modem,
  type Thing,
} from './thing.ts';

export type BinSensor = 'dragino-ndds75' | 'dingtek-df702' | 'milesight-em400-mud';

const FULL_LEVEL = 0.9;
const HISTORY_ROWS = 8;

/** A waste container: fills by day, is emptied by tour, sometimes burns or is tipped over. */
export class Bin implements Thing {
  readonly heartbeatMs: number;
  #level: number;
  readonly #perDay: number;
  #fullForMs = 0;
  readonly #patienceMs: number;
  #burningMs = 0;
  #tippedMs = 0;
  #wasFull = false;
  readonly #history: DraginoSample[] = [];

  constructor(
    readonly asset: AssetSpec,
    readonly device: DeviceSpec,
    private readonly geometry: { readonly heightM: number; readonly offsetM: number },
    private readonly modem: Modem,
    private readonly random: Random,
  ) {
    this.heartbeatMs = random.between(20_000, 40_000);
    this.#level = random.between(0.05, 0.95);
    this.#perDay = Math.min(2, Math.exp(random.normal(-0.9, 0.5)));
    this.#patienceMs = random.between(6, 20) * HOUR_MS;
  }

  step(cityMs: number): boolean {
    const before = this.#burningMs > 0;
    this.#level = Math.min(1.05, this.#level + (this.#perDay * cityMs * this.random.between(0.5, 1.5)) / DAY_MS);
    if (this.#level >= FULL_LEVEL) this.#fullForMs += cityMs;
    if (this.#fullForMs > this.#patienceMs) this.#empty();

    this.#burningMs = Math.max(0, this.#burningMs - cityMs);
    if (this.random.chance(cityMs / (90 * DAY_MS))) this.#burningMs = this.random.between(1, 4) * HOUR_MS;
    this.#tippedMs = Math.max(0, this.#tippedMs - cityMs);
    if (this.random.chance(cityMs / (60 * DAY_MS))) this.#tippedMs = this.random.between(10, 40) * HOUR_MS;

    const isFull = this.#level >= FULL_LEVEL;
    const happened = isFull !== this.#wasFull || before !== this.#burningMs > 0;
    this.#wasFull = isFull;
    return happened;
  }

  report(now: number, isEvent: boolean): Uint8Array {
    const { modem, random } = this;
    modem.counter = (modem.counter + 1) & 0xffff;
    const distanceMm = this.#distanceMm();
    const temperatureC = Math.round(this.#burningMs > 0 ? random.between(80, 120) : random.normal(9, 1));
    switch (this.device.model as BinSensor) {
      case 'dragino-ndds75':
        return this.#draginoReport(distanceMm, deviceSeconds(modem, now));
      case 'dingtek-df702':
        return encodeDingtekBin({
          ...this.#common(isEvent, temperatureC),
          distanceMm,
          tiltDeg: this.#tippedMs > 0 ? 88 : 2,
          isFull: this.#wasFull,
          onFire: this.#burningMs > 0,
          isTilted: this.#tippedMs > 0,
        });
      case 'milesight-em400-mud':
        return encodeMilesight(
          {
            ...modem,
            serialNumber: `6713D${modem.imei.slice(-11)}`,
            frameCount: modem.counter,
            csq: csqOf(modem.rsrpDbm),
          },
          [
            {
              batteryPercent: Math.max(1, Math.round((modem.batteryV - 2.6) * 100)),
              temperatureC,
              distanceMm: distanceMm > 4500 ? null : distanceMm,
              isTilted: this.#tippedMs > 0,
            },
          ],
        );
    }
  }

  #empty(): void {
    this.#level = this.random.between(0, 0.05);
    this.#fullForMs = 0;
    this.#tippedMs = 0;
  }

  /** Ultrasound: a few millimetres of noise, and now and then an echo from somewhere else. */
  #distanceMm(): number {
    const { heightM, offsetM } = this.geometry;
    const actual = (offsetM + heightM * (1 - Math.min(1, this.#level))) * 1000;
    const spiked = this.random.chance(0.01) ? actual * this.random.between(1.2, 2) : actual;
    return Math.max(20, Math.round(this.random.normal(spiked, 4)));
  }

  #common(isAlarm: boolean, temperatureC: number) {
    const { imei, batteryV, rsrpDbm, counter } = this.modem;
    return { imei, isAlarm, batteryV, batteryLow: batteryV < 3.1, rsrpDbm, counter, temperatureC };
  }

  #draginoReport(distanceMm: number, time: number): Uint8Array {
    const { imei, batteryV, rsrpDbm } = this.modem;
    const history = [...this.#history];
    this.#history.unshift({ distanceMm, time });
    this.#history.length = Math.min(this.#history.length, HISTORY_ROWS);
    return encodeDragino({
      imei,
      batteryMv: Math.round(batteryV * 1000),
      csq: csqOf(rsrpDbm),
      distanceMm,
      time,
      history,
    });
  }
}
