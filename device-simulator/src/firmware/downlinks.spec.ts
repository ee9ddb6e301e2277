import { describe, expect, it } from 'vitest';
import type { CityDevice } from '../city/city.ts';
import { encodeReportInterval } from '../encode/report-interval.ts';
import type { Arrival } from '../simulation/arrival.ts';
import type { EndedDownlink } from '../simulation/downlink.ts';
import { Simulation } from '../simulation/simulation.ts';
import {
  bin,
  burning,
  calmBin,
  DAY,
  fault,
  HOUR,
  lamp,
  mildWeather,
  MINUTE,
  spot,
  START,
} from '../simulation/testing/small-city.ts';
import { TruthList } from '../simulation/testing/small-city.ts';

const SENT = START + 10 * HOUR;

function run(device: CityDevice, days = 3, act: (city: Simulation, now: number) => void = () => undefined) {
  const ended: EndedDownlink[] = [];
  const arrivals: Arrival[] = [];
  const city = new Simulation({
    ...{ seed: 7, from: START, devices: [device], weather: mildWeather, truth: new TruthList() },
    downlinked: (each) => ended.push(each),
    sliceMs: MINUTE,
  });
  for (let now = START + HOUR; now <= START + days * DAY; now += HOUR) {
    city.run(now, (arrival) => void (arrival.isRepeat || arrivals.push(arrival)));
    act(city, now);
  }
  return { ended, arrivals };
}

const order = (minutes: number, from = SENT) => fault('device.reconfigured', from, Infinity, { minutes });
const gaps = (arrivals: readonly Arrival[]) =>
  arrivals.slice(1).map(({ measuredAt }, index) => Math.round((measuredAt - arrivals[index]!.measuredAt) / MINUTE));

describe('a downlink', () => {
  it('waits for the next uplink of a device in power saving mode, and is heard as soon as that has been acknowledged', () => {
    const { ended, arrivals } = run(bin('milesight-em400-mud', () => calmBin, { disturbances: [order(60)] }));
    const next = arrivals.find(({ measuredAt }) => measuredAt > SENT)!;
    expect(ended).toMatchObject([{ deviceId: 'nb-bin-0', sentAt: SENT, heardAt: next.at }]);
    expect(next.at - SENT).toBeGreaterThan(MINUTE);
    // From then on it reports every hour and no longer every six.
    const after = arrivals.slice(arrivals.indexOf(next));
    expect(gaps(after).every((minutes) => minutes === 60)).toBe(true);
    expect(gaps(arrivals.slice(0, arrivals.indexOf(next)))).toEqual(expect.arrayContaining([360]));
  });

  it('that comes within the seconds after an uplink is heard at once', () => {
    const device = (disturbances: Parameters<typeof bin>[2]) => bin('milesight-em400-mud', () => calmBin, disturbances);
    const { arrivals } = run(device({}));
    const { at } = arrivals[2]!;
    const heardAt = (sentAt: number) => run(device({ disturbances: [order(60, sentAt)] })).ended[0]!.heardAt;
    expect(heardAt(at + 9_000)).toBe(at + 9_000);
    // Ten seconds is what the vendor says; then it sleeps until the next.
    expect(heardAt(at + 10_000)).toBe(arrivals[3]!.at);
  });

  it('is heard by a parking sensor in its next paging window, although it says nothing for hours', () => {
    const { ended } = run(spot('dingtek-do202', [], { disturbances: [order(120)] }));
    const waited = ended[0]!.heardAt! - SENT;
    expect(waited).toBeGreaterThan(0);
    expect(waited).toBeLessThanOrEqual(327_680);
  });

  it('is heard by a lamp on mains within seconds', () => {
    const { ended, arrivals } = run(
      lamp(() => burning, { disturbances: [order(15)] }),
      1,
    );
    expect(ended[0]!.heardAt! - SENT).toBeLessThanOrEqual(2_560);
    expect(new Set(gaps(arrivals.filter(({ measuredAt }) => measuredAt > SENT)))).toEqual(new Set([15]));
  });

  it('waits out an outage of the cell, and is given up after a week', () => {
    const outage = (ms: number) => [order(15), fault('cell.outage', SENT - HOUR, SENT + ms)];
    const later = run(
      lamp(() => burning, { disturbances: outage(5 * HOUR) }),
      1,
    ).ended;
    expect(later[0]!.heardAt! - SENT).toBeGreaterThanOrEqual(5 * HOUR);
    expect(later[0]!.heardAt! - SENT).toBeLessThan(5 * HOUR + 2 * MINUTE);
    const never = run(
      lamp(() => burning, { disturbances: outage(9 * DAY) }),
      10,
    ).ended;
    expect(never).toMatchObject([{ heardAt: null }]);
  });

  it('from outside is heard like one that the scenario orders, and nonsense changes nothing', () => {
    const device = () => bin('dragino-ndds75', () => calmBin);
    const silent = run(device()).arrivals;
    const told = run(device(), 3, (city, now) => {
      if (now !== SENT) return;
      expect(city.send('nb-bin-0', encodeReportInterval(device(), HOUR))).toBe(true);
      expect(city.send('nb-nobody', Buffer.from('AT+TDC=60'))).toBe(false);
    });
    expect(told.ended).toHaveLength(1);
    expect(gaps(told.arrivals).slice(-5)).toEqual([60, 60, 60, 60, 60]);
    const nonsense = ['AT+TDC=0', 'AT+TDC=99999999', 'AT+TDC=-5', '\0\xff'.repeat(5_000), ''];
    const deaf = run(device(), 3, (city, now) => {
      if (now === SENT) for (const text of nonsense) city.send('nb-bin-0', Buffer.from(text, 'latin1'));
    });
    expect(deaf.ended.length).toBe(nonsense.length);
    expect(gaps(deaf.arrivals)).toEqual(gaps(silent));
  });

  it('of whom there are too many in wait, drops the oldest', () => {
    const dead = bin('dragino-ndds75', () => calmBin, { disturbances: [fault('device.dead', START, Infinity)] });
    const { ended } = run(dead, 3, (city) => void city.send('nb-bin-0', Buffer.from('AT+TDC=60')));
    expect(ended.length).toBe(72 - 16);
    expect(ended.every(({ heardAt }) => heardAt === null)).toBe(true);
  });

  it('gives the same bytes in other slices', () => {
    const bytes = (sliceMs: number) => {
      const lines: string[] = [];
      const devices = [bin('milesight-em400-mud', () => calmBin, { disturbances: [order(90)] })];
      const city = new Simulation({
        seed: 7,
        from: START,
        devices,
        weather: mildWeather,
        truth: new TruthList(),
        sliceMs,
      });
      city.run(START + 2 * DAY, ({ at, payload }) => lines.push(`${at} ${Buffer.from(payload).toString('hex')}`));
      return lines;
    };
    expect(bytes(DAY)).toEqual(bytes(MINUTE));
  });
});
