import { FleetPublisher, LiveCity, type Arrival } from '@stadtfunk/device-simulator';
import { eventually } from '@stadtfunk/kernel/testing';
import { startMosquitto, type MosquittoServer } from '@stadtfunk/mqtt/testing';
import { connectAsync } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const MINUTE = 60_000;
const BEGUN = Date.UTC(2026, 9, 20, 9);
const SIZE = { bins: 3, parkingSpots: 0, streetLights: 1 };

let broker: MosquittoServer;
let fleet: FleetPublisher | undefined;
beforeAll(async () => (broker = await startMosquitto()));
afterEach(() => fleet?.stop());
afterAll(() => broker.stop());

/** A city at the broker, whose time goes on when it is told to. */
function live(speed: number) {
  const city = new LiveCity({ seed: 5, speed, size: SIZE, begunAt: BEGUN });
  const models = new Map(city.devices.map(({ device }) => [device.deviceId, device.model]));
  const ids = [...models.keys()];
  const credentials = Object.fromEntries(
    ids.map((id) => [id, { username: id, password: 'none', topic: `city/${id}/up` }]),
  );
  const heard: string[] = [];
  const take = (deviceId: string, payload: Uint8Array) => {
    expect(city.send(deviceId, payload)).toBe(true);
    heard.push(deviceId);
  };
  const template = 'city/{deviceId}/down';
  fleet = new FleetPublisher({ mqttUrl: broker.url, credentials, downlinks: { template, take }, log: () => undefined });
  fleet.start(ids);
  const of = (model: string) => ids.find((id) => models.get(id) === model)!;
  const arrivals: Arrival[] = [];
  const runTo = (now: number) =>
    city.runTo(now, (arrival) => {
      if (!arrival.isRepeat) arrivals.push(arrival);
      fleet?.publish(arrival);
    });
  const count = (deviceId: string, from: number) =>
    arrivals.filter((arrival) => arrival.deviceId === deviceId && arrival.measuredAt > from).length;
  return { fleet, of, heard, runTo, count };
}

describe('a city for people to watch, at a real broker', () => {
  it('lets devices hear what the broker has for them, each what is for itself, and report as they are told', async () => {
    const city = live(1);
    const [lamp, bin] = [city.of('ucifi-streetlight'), city.of('dragino-ndds75')];
    await eventually('all devices are connected', () => city.fleet.counts.connected === 4);
    city.runTo(BEGUN + 10 * MINUTE);
    const commander = await connectAsync(broker.url);
    await commander.publishAsync(`city/${lamp}/down`, '[{"n":"/1/0/3","v":60}]', { qos: 1 });
    await commander.publishAsync(`city/${bin}/down`, 'AT+TDC=600', { qos: 1 });
    await eventually('both have come to the city', () => city.heard.length === 2);
    await commander.endAsync(true);
    expect(city.heard.sort()).toEqual([bin, lamp].sort());
    const later = BEGUN + 5 * 60 * MINUTE;
    city.runTo(later);
    // The lamp listens all the time, the bin after its next uplink, which comes every two hours.
    expect(city.count(lamp, later - 60 * MINUTE)).toBeGreaterThanOrEqual(55);
    expect(city.count(bin, later - 60 * MINUTE)).toBeGreaterThanOrEqual(5);
    expect(city.count(city.of('dingtek-df702'), BEGUN)).toBeLessThanOrEqual(1);
    await eventually('the broker has acknowledged everything', () => city.fleet.inFlight === 0);
  });

  it('takes intervals by the clocks of the devices, which show real time in a city that is faster', async () => {
    const speed = 120;
    const city = live(speed);
    const milesight = city.of('milesight-em400-mud');
    await eventually('all devices are connected', () => city.fleet.counts.connected === 4);
    const commander = await connectAsync(broker.url);
    await commander.publishAsync(`city/${milesight}/down`, Buffer.from('ff0378000000', 'hex'), { qos: 1 });
    await eventually('it has come to the city', () => city.heard.length === 1);
    await commander.endAsync(true);
    city.runTo(BEGUN + 2 * MINUTE);
    const begun = BEGUN + 2 * MINUTE * speed;
    city.runTo(BEGUN + 62 * MINUTE);
    // Every two minutes of real time, of which there were sixty: no more every half minute.
    expect(city.count(milesight, begun)).toBeGreaterThanOrEqual(27);
    expect(city.count(milesight, begun)).toBeLessThanOrEqual(40);
  });
});
