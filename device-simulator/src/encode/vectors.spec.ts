import { FORMATS } from '@stadtfunk/device-catalog';
import { describe, expect, it } from 'vitest';
import { encodeDingtekBin, encodeDingtekDo201, encodeDingtekDo202, encodeDingtekParameters } from './dingtek.ts';
import { encodeDragino, type DraginoSample } from './dragino.ts';
import { encodeMilesight, encodeMilesightBoot } from './milesight.ts';

/** A published payload of the catalogue: lower-case hexadecimal digits. */
function published(id: string): string {
  for (const { examples } of FORMATS.values()) {
    const example = examples.find((one) => one.id === id);
    if (example) return example.payload.toLowerCase();
  }
  throw new Error(`no example ${id}`);
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('ascii');

// What the vendors' own tests and parsers say that these bytes mean; rows are cut from them as the layout has it.
describe('encoders write what is published of', () => {
  it.each([
    ['dragino-ndds75-clock-zero', '867787050000037', 3317, 1, 723, 0],
    ['dragino-ndds75-8hist', '867787050000029', 3350, 7, 744, 1700168660],
    ['dragino-ndds75-clock-future', '867787050000029', 3297, 9, 780, 1690801820],
    ['dragino-ndds75-retransmission', '867787050000037', 3302, 2, 2024, 1779347193],
  ])('%s: a head and eight rows of history', (id, imei, batteryMv, csq, distanceMm, time) => {
    const payload = published(id);
    const history: DraginoSample[] = [];
    for (let at = 42; at < payload.length; at += 12) {
      const [distance, seconds] = [payload.slice(at, at + 4), payload.slice(at + 4, at + 12)];
      history.push({ distanceMm: Number.parseInt(distance, 16), time: Number.parseInt(seconds, 16) });
    }
    expect(history).toHaveLength(8);
    expect(text(encodeDragino({ imei, batteryMv, csq, distanceMm, time, history }))).toBe(payload);
  });

  it('dingtek-df702-nb-js: alarms of fire and battery', () => {
    const frame = encodeDingtekBin({
      imei: '868821040000200',
      isAlarm: true,
      batteryV: 3.51,
      batteryLow: true,
      rsrpDbm: -85,
      counter: 1,
      temperatureC: 27,
      distanceMm: 1609,
      tiltDeg: 0,
      isFull: false,
      onFire: true,
      isTilted: false,
    });
    expect(hex(frame)).toBe(published('dingtek-df702-nb-js'));
  });

  const parking = {
    imei: '869738060000234',
    isAlarm: true,
    batteryV: 3.57,
    batteryLow: false,
    rsrpDbm: -96,
    counter: 1,
    magneticField: [269, -975, -1944] as const,
    humidityPercent: 19,
    distanceMm: 9999,
    time: 1704785926,
  };

  it('dingtek-do201-nb-no-echo: 9999 mm', () => {
    const frame = encodeDingtekDo201({ ...parking, occupied: false, temperatureC: 29 });
    expect(hex(frame)).toBe(published('dingtek-do201-nb-no-echo'));
  });

  it('dingtek-do201-nb-parked: taken, in the frost', () => {
    const frame = encodeDingtekDo201({ ...parking, occupied: true, temperatureC: -3 });
    expect(hex(frame)).toBe(published('dingtek-do201-nb-parked'));
  });

  it('dingtek-do202-nb: a car that has come', () => {
    const frame = encodeDingtekDo202({
      imei: '865385060000246',
      isAlarm: true,
      batteryV: 3.56,
      batteryLow: false,
      rsrpDbm: -78.3,
      counter: 1,
      temperatureC: 23,
      occupied: true,
      magneticField: [-28, -611, -1505],
      humidityPercent: 53,
    });
    expect(hex(frame)).toBe(published('dingtek-do202-nb'));
  });

  it('dingtek-do201-nb-param: the head of the parameters, as far as values are shared', () => {
    const frame = encodeDingtekParameters({
      imei: '869738060000234',
      device: 'do201',
      uploadIntervalH: 24,
      detectIntervalMin: 5,
    });
    const sample = published('dingtek-do201-nb-param');
    // The published one goes on with a server address, which ours leave out: its length and firmware are other.
    expect(hex(frame).slice(0, 8)).toBe(sample.slice(0, 8));
    expect(hex(frame).slice(14, 18)).toBe(sample.slice(14, 18));
    expect(hex(frame).slice(-18)).toBe(sample.slice(-18));
  });

  it('milesight-em400-nb-frame: one group, tilted', () => {
    const frame = encodeMilesight(
      {
        serialNumber: '6749D19054690031',
        imei: '868508060000174',
        imsi: '460043000000018',
        iccid: '89860410000000000019',
        frameCount: 0,
        csq: 9,
      },
      [{ batteryPercent: 100, temperatureC: 26.7, distanceMm: 315, isTilted: true }],
    );
    expect(hex(frame)).toBe(published('milesight-em400-nb-frame'));
  });

  it('milesight-em400-basic-info: the boot message', () => {
    const frame = encodeMilesightBoot({
      serialNumber: '6329c42503920003',
      imei: '868508060000174',
      imsi: '460043000000018',
      iccid: '89860410000000000019',
      frameCount: 0,
      csq: 9,
    });
    expect(hex(frame).slice(2 * 86)).toBe(published('milesight-em400-basic-info'));
  });
});
