import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { Faults, NO_FAULTS } from '../world/faults.ts';
import { DAY, fault, HOUR, START } from '../simulation/testing/small-city.ts';
import { Channel, type Sleep } from './channel.ts';
import { csqOf, deliveryOf, levelOf, rsrqOf, rssiOf, sinrOf } from './coverage.ts';

const UPLINKS = 50_000;
const FLEET = 500;

interface Run {
  readonly delaysMs: readonly number[];
  readonly repeats: readonly number[];
  readonly lost: number;
}

/** A fleet at places of all kinds, each device sending every two hours. */
function fleetRun(seed: number, sleep: Sleep, faults = NO_FAULTS): Run {
  const delaysMs: number[] = [];
  const repeats: number[] = [];
  let lost = 0;
  for (let member = 0; member < FLEET; member++) {
    const channel = new Channel(Random.of(seed, String(member)), faults, sleep);
    for (let n = 0; n < UPLINKS / FLEET; n++) {
      const at = START + n * 2 * HOUR;
      channel.measure(at, 0);
      if (!channel.send(at)) lost++;
      else delaysMs.push(channel.arrivedAt - at);
      if (channel.repeatedAt > 0) repeats.push(channel.repeatedAt - channel.arrivedAt);
    }
  }
  return { delaysMs: delaysMs.sort((a, b) => a - b), repeats, lost };
}

const quantile = ({ delaysMs }: Run, share: number) => delaysMs[Math.floor(share * delaysMs.length)]! / 1000;

/** The first of many channels whose place is so. */
function channelAt(isSo: (channel: Channel) => boolean, faults = NO_FAULTS): Channel {
  for (let n = 0; ; n++) {
    const channel = new Channel(Random.of(5, String(n)), faults, 'psm');
    channel.measure(START, 0);
    if (isSo(channel)) return channel;
  }
}

describe('the channel of a device that sleeps', () => {
  // Published: 148 uplinks of WimObiwan/IotRouter: least 7.0 s, median 12.2 s, p90 21.2 s, p95 29.5 s, most 65.2 s; one of them came twice, 29.6 s later.
  const run = fleetRun(1, 'psm');

  it('delays uplinks as the published ones were: median within 0.6 s, p90 and p95 within 2.5 s', () => {
    expect(run.delaysMs.length).toBeGreaterThan(0.95 * UPLINKS);
    expect(run.delaysMs[0]! / 1000).toBeGreaterThanOrEqual(7);
    expect(Math.abs(quantile(run, 0.5) - 12.2)).toBeLessThan(0.6);
    expect(Math.abs(quantile(run, 0.9) - 21.2)).toBeLessThan(2.5);
    expect(Math.abs(quantile(run, 0.95) - 29.5)).toBeLessThan(2.5);
  });

  it('delays one in many thousands by minutes', () => {
    expect(quantile(run, 0.9999)).toBeGreaterThan(120);
    expect(run.delaysMs.at(-1)!).toBeLessThan(HOUR);
  });

  it('sends one uplink in 148 twice, half a minute later', () => {
    expect(Math.abs(run.repeats.length / run.delaysMs.length - 1 / 148)).toBeLessThan(0.0015);
    const mean = run.repeats.reduce((sum, ms) => sum + ms, 0) / run.repeats.length;
    expect(Math.abs(mean - 29_600)).toBeLessThan(1_000);
  });

  it('loses few uplinks of a fleet, nearly none at good places and most in a closed pit', () => {
    expect(run.lost / UPLINKS).toBeLessThan(0.02);
    const lossOf = (channel: Channel) => {
      let lost = 0;
      for (let n = 0; n < 1_000; n++) {
        channel.measure(START, 0);
        if (!channel.send(START + n * HOUR)) lost++;
      }
      return lost / 1_000;
    };
    expect(lossOf(channelAt(({ rsrpDbm }) => rsrpDbm > -95))).toBeLessThan(0.01);
    const pit = channelAt(({ rsrpDbm, usualLevel }) => rsrpDbm < -126 && usualLevel === 2);
    expect(lossOf(pit)).toBeGreaterThan(0.3);
  });

  it('has uplinks of a device acknowledged one after the other', () => {
    const channel = channelAt(({ rsrpDbm }) => rsrpDbm > -90);
    channel.send(START);
    const first = channel.arrivedAt;
    channel.send(START + 1_000);
    expect(channel.arrivedAt).toBeGreaterThan(first + 7_000);
  });
});

describe('the channel of a device on mains', () => {
  it('needs no search and no attach', () => {
    expect(quantile(fleetRun(2, 'drx'), 0.5)).toBeLessThan(5);
  });
});

describe('what goes wrong on the way', () => {
  it.each(['cell.outage', 'radio.backOff', 'device.simBlocked'] as const)(
    '%s holds everything back as long as it lasts',
    (kind) => {
      const faults = Faults.of([fault(kind, START + HOUR, START + 13 * HOUR)]);
      const channel = channelAt(({ rsrpDbm }) => rsrpDbm > -85, faults);
      const arrives = (at: number) => channel.send(at);
      expect([0, 1, 12.99, 13].map((hour) => arrives(START + hour * HOUR))).toEqual([true, false, false, true]);
    },
  );

  it('radio.congestion makes delays so many times longer', () => {
    const faults = Faults.of([fault('radio.congestion', START, START + 99 * DAY, { factor: 10 })]);
    const run = fleetRun(1, 'psm', faults);
    expect(Math.abs(quantile(run, 0.5) - 122)).toBeLessThan(6);
  });

  it('radio.poor weakens the signal by so many decibels, and uplinks are lost', () => {
    const faults = Faults.of([fault('radio.poor', START + HOUR, START + 99 * DAY, { decibels: 30 })]);
    const channel = channelAt(({ rsrpDbm }) => Math.abs(rsrpDbm + 100) < 2, faults);
    channel.measure(START + HOUR, 0);
    expect(Math.abs(channel.rsrpDbm + 130)).toBeLessThan(10);
    expect(fleetRun(1, 'psm', faults).lost).toBeGreaterThan(5 * fleetRun(1, 'psm').lost);
  });

  it('radio.interference is made up for by repetitions, which take longer, as far as these go; beyond, uplinks are lost', () => {
    const disturbed = (decibels: number) =>
      Faults.of([fault('radio.interference', START, START + 99 * DAY, { decibels })]);
    const quiet = fleetRun(1, 'psm');
    const [some, much] = [fleetRun(1, 'psm', disturbed(12)), fleetRun(1, 'psm', disturbed(30))];
    expect(quantile(some, 0.5)).toBeGreaterThan(quantile(quiet, 0.5) + 5);
    expect(some.lost).toBeLessThan(2 * quiet.lost);
    expect(much.lost).toBeGreaterThan(3 * quiet.lost);
    // Good places have eight doublings left: 24 dB.
    const lossAt = (decibels: number) => {
      const channel = channelAt(({ rsrpDbm }) => Math.abs(rsrpDbm + 105) < 1, disturbed(decibels));
      let lost = 0;
      for (let n = 0; n < 500; n++) {
        channel.measure(START, 0);
        if (!channel.send(START + n * HOUR)) lost++;
      }
      return lost / 500;
    };
    expect(lossAt(24)).toBeLessThan(0.02);
    expect(lossAt(40)).toBeGreaterThan(0.1);
  });

  it('radio.interference leaves the strength of the signal, worsens what is left of it, and looks like a better CSQ', () => {
    expect([sinrOf(-110), sinrOf(-110, 12)]).toEqual([12, 0]);
    expect(rsrqOf(-110, 12)).toBeLessThan(rsrqOf(-110) - 2);
    expect(csqOf(-110, 12)).toBeGreaterThan(csqOf(-110));
    const [quiet, disturbed] = [
      channelAt(() => true),
      channelAt(() => true, Faults.of([fault('radio.interference', START, START + DAY, { decibels: 12 })])),
    ];
    expect(disturbed.rsrpDbm).toBe(quiet.rsrpDbm);
    expect(disturbed.csq).toBeGreaterThanOrEqual(quiet.csq);
  });

  it('an open lid lets more through', () => {
    const [closed, open] = [channelAt(() => true), channelAt(() => true)];
    closed.measure(START, 0);
    open.measure(START, 14);
    expect(open.rsrpDbm - closed.rsrpDbm).toBe(14);
  });
});

describe('coverage', () => {
  it('has levels from 144 and 154 dB of coupling loss on', () => {
    expect([-98, -111.9, -112.1, -121.9, -122.1].map(levelOf)).toEqual([0, 0, 1, 1, 2]);
  });

  it('says what modems say, within the ranges of the standard', () => {
    for (let rsrp = -140; rsrp <= -50; rsrp++) {
      expect(rsrqOf(rsrp)).toBeGreaterThan(-34.5);
      expect(rsrqOf(rsrp)).toBeLessThan(-3.5);
      expect(csqOf(rsrp)).toBeGreaterThanOrEqual(0);
      expect(csqOf(rsrp)).toBeLessThanOrEqual(31);
    }
    expect([csqOf(-98), Math.round(rssiOf(-98)), sinrOf(-98), sinrOf(-122)]).toEqual([13, -87, 22, 0]);
  });

  it('loses most at an RSSI of -111 dBm and next to nothing at -97', () => {
    const at = (rssi: number) => {
      for (let rsrp = -140; rsrp < -80; rsrp += 0.05) if (rssiOf(rsrp) >= rssi) return deliveryOf(rsrp);
      return NaN;
    };
    expect(at(-111)).toBeGreaterThan(0.08);
    expect(at(-111)).toBeLessThan(0.4);
    expect(at(-97)).toBeGreaterThan(0.995);
  });
});
