import { MemoryDeviceDirectory, type Device } from '@stadtfunk/devices';
import { Fault } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import { MemoryTelemetryStore, ReadingsRefused, type Reading } from '@stadtfunk/readings';
import { MemoryUplinkLog, type Uplink } from '@stadtfunk/uplinks';
import { beforeEach, describe, expect, it } from 'vitest';
import { LogLedger } from './log-ledger.ts';
import { MemoryIngestRecords } from './memory-ingest-records.ts';
import { StoreConsumer } from './store-consumer.ts';

const ARRIVAL = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

function device(deviceId: string, model: string, imei: string | null = null): Device {
  return { deviceId, model, lifecycle: 'active', imei, iccid: null, uplinkTopic: null, reportingIntervalMs: null };
}

function json(deviceId: string, body: unknown, receivedAt = ARRIVAL): Uplink {
  const payload = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return { deviceId, topic: `stadtfunk/v1/${deviceId}/up`, receivedAt, qos: 1, payload };
}

/** Fails as often as it is told to, after the points are written or before. */
class FailingTelemetryStore extends MemoryTelemetryStore {
  failures = 0;

  /** Of the writes. */
  readonly sizes: number[] = [];

  /** What a write waits for. */
  hold: Promise<void> = Promise.resolve();

  /** Will never be taken: readings with this value. */
  refusedVoltage = NaN;

  override async write(readings: readonly Reading[]): Promise<void> {
    this.sizes.push(readings.length);
    await this.hold;
    const refused = readings.filter(({ values }) => values.batteryVoltage === this.refusedVoltage);
    await super.write(readings.filter((reading) => !refused.includes(reading)));
    if (refused.length > 0) {
      throw new ReadingsRefused(
        refused.map((reading) => ({ reading, detail: 'field type conflict' })),
        readings.length,
      );
    }
    if (this.failures-- > 0) throw new Fault('telemetry.unavailable', 'away', true);
  }
}

describe('StoreConsumer', () => {
  let directory: MemoryDeviceDirectory;
  let log: MemoryUplinkLog;
  let records: MemoryIngestRecords;
  let telemetry: FailingTelemetryStore;
  let problems: string[];
  let consumer: StoreConsumer;

  const make = () =>
    new StoreConsumer({
      logId: log.logId,
      directory,
      records,
      telemetry,
      zone: 'Europe/Berlin',
      memoriesKept: 1_000,
      sliceSize: 100,
      takeTurns: () => Promise.resolve(),
      onProblem: ({ code }) => problems.push(code),
    });

  beforeEach(async () => {
    directory = new MemoryDeviceDirectory();
    log = new MemoryUplinkLog({ schedule: () => () => undefined, partitions: 2 });
    records = new MemoryIngestRecords();
    telemetry = new FailingTelemetryStore();
    problems = [];
    consumer = make();
    directory.put({ device: device('json', 'stadtfunk-json'), asset: null });
    directory.put({ device: device('ndds75', 'dragino-ndds75', '867787050000037'), asset: null });
    await consumer.resume(await log.floors(), [true, true]);
  });

  /** Appends, reads from where the records are, processes. */
  async function take(...uplinks: Uplink[]): Promise<void> {
    if (uplinks.length > 0) await log.append(uplinks);
    const cursor = log.openCursor(await records.positions(log.logId, await log.floors()));
    const batch = await cursor.read(1_000, 0);
    await cursor.close();
    await consumer.process(batch);
  }
  const judged = () => Promise.resolve([0, 0]);
  const ledger = () => new LogLedger(log, records, judged).total();
  const stored = async (deviceId: string) => {
    const all = { from: 0, to: Number.MAX_SAFE_INTEGER, quantities: [], order: 'asc', limit: 1_000 } as const;
    return (await telemetry.read({ subject: { deviceId }, ...all })).items;
  };

  it('stores readings and counts them', async () => {
    await take(json('json', { observedAt: ARRIVAL - MINUTE, values: { batteryVoltage: 3.6 } }));
    expect(await stored('json')).toMatchObject([
      { observedAt: ARRIVAL - MINUTE, values: { batteryVoltage: 3.6 }, clock: 'ok' },
    ]);
    expect(await ledger()).toEqual({
      uplinks: { received: 1, processed: 1, rejected: 0, waiting: 0 },
      readings: { decoded: 1, stored: 1, duplicate: 0, quarantined: 0 },
      rules: { waiting: 1 },
    });
  });

  it('notes what comes late, by which clock and firmware, and counts it by day, model and reason', async () => {
    const values = { batteryVoltage: 3.6 };
    await take(
      json('json', { observedAt: ARRIVAL - 31 * MINUTE, values }),
      json('json', { observedAt: ARRIVAL - 29 * MINUTE, values }),
      json('json', { observedAt: Date.UTC(1970, 0, 2), values: { batteryVoltage: 3.5 } }, ARRIVAL + 1),
      json('json', { values: { batteryVoltage: 3.4 } }, ARRIVAL + 2),
      json('json', 'no json at all', ARRIVAL + 3),
      json('nobody', { values }),
    );
    expect(records.rows.devices.get('json')?.signs).toEqual({
      late: 1,
      clockRepaired: 1,
      clockUnknown: 1,
      firmware: null,
    });
    const counts = Object.fromEntries(
      records.rows.quality.map(({ model, measure, count }) => [`${model} ${measure}`, count]),
    );
    expect(records.rows.quality.every((row) => row.day === '2026-11-21' && row.firmware === '')).toBe(true);
    expect(counts).toEqual({
      'stadtfunk-json processed': 4,
      'stadtfunk-json rejected': 1,
      'stadtfunk-json decoded': 4,
      'stadtfunk-json stored': 4,
      'stadtfunk-json late': 1,
      'stadtfunk-json clockRepaired': 1,
      'stadtfunk-json clockUnknown': 1,
      'stadtfunk-json rejected:payload.notJson': 1,
      ' rejected': 1,
      ' rejected:device.unknown': 1,
    });
  });

  it('counts uplinks on the day of the city on which each arrived, however many days a batch holds', async () => {
    const values = { batteryVoltage: 3.6 };
    const midnight = Date.UTC(2026, 10, 20, 23);
    await take(
      json('json', { values }, midnight - 1),
      json('json', { values: { batteryVoltage: 3.5 } }, midnight),
      json('json', { values: { batteryVoltage: 3.4 } }, midnight + 24 * 60 * MINUTE),
    );
    const processed = records.rows.quality.filter(({ measure }) => measure === 'processed');
    expect(processed.map(({ day, count }) => [day, count])).toEqual([
      ['2026-11-20', 1],
      ['2026-11-21', 1],
      ['2026-11-22', 1],
    ]);
  });

  it('keeps the firmware that a payload names', async () => {
    const hex =
      'f86778705000003700980ce602010007e86a0eaef907e86a0eaecc07e66a0e92ac07e36a0e768c07e66a0e5a6c07ea6a0e3e4c07ef6a0e222c07f26a0e060a07f06a0de74f';
    await take(json('ndds75', hex, 1779347193_000 + 12_000));
    expect(records.rows.devices.get('ndds75')?.signs?.firmware).toBe('1.5.2');
    expect(records.rows.quality.map(({ firmware }) => firmware)).toContain('1.5.2');
  });

  it('tells no more firmware apart than a fleet can have, whatever a device makes up', async () => {
    const frame = (version: number) =>
      `f867787050000037${version.toString(16).padStart(4, '0')}0ce6010007e86a0eaef907e86a0eaecc`;
    for (let version = 100; version < 250; version++) {
      await take(json('ndds75', frame(version), 1779347193_000 + version * MINUTE));
    }
    expect(new Set(records.rows.quality.map(({ firmware }) => firmware)).size).toBe(101);
  });

  it('notes the hours of its readings as due once they are stored, late ones too', async () => {
    const [late, now] = [ARRIVAL - 30 * 60 * MINUTE, ARRIVAL - MINUTE];
    const values = { batteryVoltage: 3.6 };
    telemetry.failures = 1;
    await expect(take(json('json', { observedAt: late, values }))).rejects.toMatchObject({ retryable: true });
    expect(await records.rows.due.within(-Infinity, Infinity)).toEqual([]);

    await take(json('json', { observedAt: now, values }), json('json', { observedAt: now + 1, values }));
    const due = await records.rows.due.within(-Infinity, Infinity);
    const hourOf = (time: number) => time - (time % (60 * MINUTE));
    expect(due).toEqual([late, now].map((time) => ({ grain: 'hour', start: hourOf(time) })));
  });

  it('knows a datagram that the radio sent twice by its history and its bytes (IotRouter, 29.6 s apart)', async () => {
    const hex =
      'f86778705000003700980ce602010007e86a0eaef907e86a0eaecc07e66a0e92ac07e36a0e768c07e66a0e5a6c07ea6a0e3e4c07ef6a0e222c07f26a0e060a07f06a0de74f';
    const arrival = 1779347193_000 + 12_000;
    await take(json('ndds75', hex, arrival));
    await take(json('ndds75', hex, arrival + 29_600));
    expect((await ledger()).readings).toEqual({ decoded: 18, stored: 9, duplicate: 9, quarantined: 0 });
  });

  it('takes equal bytes without a device time for one message within minutes, and for news hours later', async () => {
    const body = { values: { batteryVoltage: 3.6 } };
    await take(json('json', body), json('json', body, ARRIVAL + 30_000), json('json', body, ARRIVAL + 60 * MINUTE));
    expect((await ledger()).readings).toMatchObject({ stored: 2, duplicate: 1 });
  });

  it('takes a wrong clock that stands still for no sign of a repeat', async () => {
    const report = (batteryVoltage: number, receivedAt: number) =>
      json('json', { observedAt: '2000-01-01T00:54:34Z', values: { batteryVoltage } }, receivedAt);
    await take(report(3.6, ARRIVAL), report(3.5, ARRIVAL + MINUTE), report(3.6, ARRIVAL + 120 * MINUTE));
    expect(await stored('json')).toMatchObject([
      { observedAt: ARRIVAL, clock: 'repaired' },
      { observedAt: ARRIVAL + MINUTE, clock: 'repaired' },
      { observedAt: ARRIVAL + 120 * MINUTE, clock: 'repaired' },
    ]);
  });

  it('quarantines a history row with an impossible time once, however often it is sent', async () => {
    const history = [{ observedAt: '2061-06-28T01:04:00Z', values: { batteryVoltage: 3.6 } }];
    for (const minute of [0, 1, 2]) {
      const observedAt = ARRIVAL + minute * MINUTE;
      await take(json('json', { observedAt, values: { batteryVoltage: 3.6 }, history }, observedAt));
    }
    expect((await ledger()).readings).toEqual({ decoded: 6, stored: 3, duplicate: 2, quarantined: 1 });
    expect(records.rows.quarantined).toMatchObject([{ code: 'clock.ahead', deviceId: 'json' }]);
  });

  it('gives history to the asset that the sensor sat on then', async () => {
    const location = { type: 'Point', coordinates: [8.9, 50.1] } as const;
    const asset = {
      type: 'WasteContainer',
      name: null,
      location,
      district: null,
      address: null,
      department: null,
    } as const;
    directory.put({
      device: device('json', 'stadtfunk-json'),
      asset: { assetId: 'new', ...asset, attributes: { containerHeight: 1 } },
      former: [{ assetId: 'old', from: 0, until: ARRIVAL - MINUTE }],
    });
    const history = [{ observedAt: ARRIVAL - 2 * MINUTE, values: { distance: 400 } }];
    await take(json('json', { observedAt: ARRIVAL, values: { distance: 400 }, history }));
    const of = async (assetId: string) => (await telemetry.latest([assetId])).get(assetId)?.values;
    expect(await of('new')).toMatchObject({ fillingLevel: 0.6 });
    expect(await of('old')).toEqual({ distance: 400 });
  });

  it('files what it cannot read with its bytes and the reason', async () => {
    directory.put({ device: device('foreign', 'dragino-ndds75', '490154203237518'), asset: null });
    const hex = 'f86778705000001100840cf41e010000396315537b';
    directory.put({ device: { ...device('old', 'stadtfunk-json'), lifecycle: 'retired' }, asset: null });
    const fine = { values: { batteryVoltage: 3.6 } };
    await take(json('json', '{"values":'), json('nobody', '{}'), json('foreign', hex), json('old', fine));
    expect([...records.rows.letters.values()].map(({ deviceId, code }) => [deviceId, code]).sort()).toEqual([
      ['foreign', 'payload.foreignIdentity'],
      ['json', 'payload.notJson'],
      ['nobody', 'device.unknown'],
      ['old', 'device.retired'],
    ]);
    expect((await ledger()).uplinks).toEqual({ received: 4, processed: 0, rejected: 4, waiting: 0 });
    expect(problems).toHaveLength(4);
  });

  it('files a payload of which nothing is usable instead of counting it as processed', async () => {
    await take(json('json', { values: { colour: 1 } }));
    expect((await ledger()).uplinks).toMatchObject({ processed: 0, rejected: 1 });
  });

  it('processes a dead letter that is tried again after a fix, and takes its rejection back', async () => {
    await take(json('late', { observedAt: ARRIVAL, values: { batteryVoltage: 3.6 } }));
    const [letter] = records.rows.letters.values();
    records.rows.letters.set(letter!.letterId, { ...letter!, state: 'retry' });
    directory.put({ device: device('late', 'stadtfunk-json'), asset: null });
    await consumer.resume(await log.floors(), [false, false]);
    expect(await consumer.retry(10)).toBe(0);
    await consumer.resume(await log.floors(), [true, true]);
    expect(await consumer.retry(10)).toBe(1);
    expect(await consumer.retry(10)).toBe(0);
    expect(await stored('late')).toHaveLength(1);
    expect(await ledger()).toMatchObject({
      uplinks: { received: 1, processed: 1, rejected: 0 },
      readings: { decoded: 1, stored: 1 },
    });
  });

  it('counts a batch once that failed after its points were written', async () => {
    const uplinks = [1, 2, 3].map((minute) =>
      json('json', { observedAt: ARRIVAL - minute * MINUTE, values: { batteryVoltage: 3 } }),
    );
    await log.append(uplinks);
    telemetry.failures = 1;
    await expect(take()).rejects.toMatchObject({ code: 'telemetry.unavailable' });
    expect((await ledger()).uplinks).toEqual({ received: 3, processed: 0, rejected: 0, waiting: 3 });
    await take();
    expect(await ledger()).toEqual({
      uplinks: { received: 3, processed: 3, rejected: 0, waiting: 0 },
      readings: { decoded: 3, stored: 3, duplicate: 0, quarantined: 0 },
      rules: { waiting: 3 },
    });
  });

  it('quarantines a reading that the telemetry store will never take, and stores the others', async () => {
    telemetry.refusedVoltage = 3.5;
    await take(
      ...[3.6, 3.5, 3.4].map((batteryVoltage, minute) => {
        return json('json', { observedAt: ARRIVAL - minute * MINUTE, values: { batteryVoltage } });
      }),
    );
    expect(await stored('json')).toHaveLength(2);
    expect((await ledger()).readings).toEqual({ decoded: 3, stored: 2, duplicate: 0, quarantined: 1 });
    expect(records.rows.quarantined).toMatchObject([{ code: 'telemetry.refused', values: { batteryVoltage: 3.5 } }]);
  });

  describe('with so many readings that they are written in parts', () => {
    const volts = (uplink: number) => 3 + (uplink % 200) / 1_000;
    const uplinks = Array.from({ length: 450 }, (_, uplink) => {
      const row = (index: number) => ({
        observedAt: ARRIVAL - (5_000 - 10 * uplink - index) * 10,
        values: { batteryVoltage: volts(uplink) },
      });
      return json('json', { history: Array.from({ length: 10 }, (_, index) => row(index)) });
    });

    it('stores each once, also if one part fails, and puts aside what is refused of any part', async () => {
      telemetry.refusedVoltage = volts(50);
      telemetry.failures = 1;
      await expect(take(...uplinks)).rejects.toMatchObject({ code: 'telemetry.unavailable' });
      expect((await ledger()).uplinks).toMatchObject({ processed: 0, waiting: 450 });

      await take();
      expect(Math.max(...telemetry.sizes)).toBeLessThan(4_500);
      expect((await ledger()).readings).toEqual({ decoded: 4_500, stored: 4_480, duplicate: 0, quarantined: 20 });
      expect(records.rows.quarantined).toHaveLength(20);
    });

    it('gives up only when nothing is being written any more, which could overtake what is written next', async () => {
      let release: () => void = () => undefined;
      telemetry.hold = new Promise((done) => (release = done));
      const find = directory.find.bind(directory);
      directory.find = (deviceId) => {
        if (deviceId === 'defect') throw new Error('no memory left');
        return find(deviceId);
      };
      let isOver = false;
      const taking = take(...uplinks, json('defect', '{}')).finally(() => (isOver = true));
      const outcome = expect(taking).rejects.toThrow('no memory left');
      await eventually('a part to be written', () => telemetry.sizes.length > 0);
      await new Promise((turn) => setImmediate(turn));
      expect(isOver).toBe(false);
      release();
      await outcome;
    });
  });

  it('remembers repeats across a restart', async () => {
    const uplink = json('json', { observedAt: ARRIVAL, values: { batteryVoltage: 3.6 } });
    await take(uplink);
    consumer = make();
    await take(uplink);
    expect((await ledger()).readings).toMatchObject({ stored: 1, duplicate: 1 });
  });

  describe('with more than a device is remembered by', () => {
    const at = (minute: number, receivedAt = ARRIVAL, voltage = 3.6) =>
      json('json', { observedAt: ARRIVAL + minute * MINUTE, values: { batteryVoltage: voltage } }, receivedAt);
    const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
    const REMEMBERED = 32;
    const first = minutes(-300, 0).map((minute) => at(minute));

    it('tells repeats, also after a restart, and leaves what is stored as it was', async () => {
      await take(...first);
      consumer = make();
      await take(...minutes(-300, -100).map((minute) => at(minute, ARRIVAL + 5_000)));
      expect((await ledger()).readings).toEqual({ decoded: 500, stored: 300, duplicate: 200, quarantined: 0 });
      expect((await stored('json')).filter(({ receivedAt }) => receivedAt !== ARRIVAL)).toEqual([]);
    });

    it('tells repeats within a batch', async () => {
      await take(...first);
      const old = minutes(-1_000, -900).map((minute) => at(minute));
      const again = minutes(-1_000, -900).map((minute) => at(minute, ARRIVAL + 5_000));
      await take(...old, ...again);
      expect((await ledger()).readings).toMatchObject({ stored: 400, duplicate: 100 });
    });

    it('stores what is as old and comes for the first time, or says something else of that moment', async () => {
      await take(...first);
      await take(at(-200.5, ARRIVAL + 5_000), at(-200, ARRIVAL + 5_000, 3.1));
      expect((await ledger()).readings).toMatchObject({ stored: 302, duplicate: 0 });
      expect((await stored('json')).filter(({ values }) => values.batteryVoltage === 3.1)).toHaveLength(1);
    });

    it('takes what an attempt of its own has written for no repeat', async () => {
      await take(...first);
      await log.append(minutes(-1_000, -900).map((minute) => at(minute)));
      telemetry.failures = 1;
      await expect(take()).rejects.toMatchObject({ code: 'telemetry.unavailable' });
      await take();
      expect((await ledger()).readings).toMatchObject({ stored: 400, duplicate: 0 });
    });

    it('asks the telemetry store for nothing that comes in order', async () => {
      let asked = 0;
      const find = telemetry.find.bind(telemetry);
      telemetry.find = (moments) => {
        asked += moments.length;
        return find(moments);
      };
      await take(...first, ...minutes(-REMEMBERED / 2, 0).map((minute) => at(minute, ARRIVAL + 5_000)));
      await take(...minutes(0, 300).map((minute) => at(minute, ARRIVAL + minute * MINUTE)));
      expect(asked).toBe(0);
    });
  });

  it('tells one device what became of its own uplinks, those that wait included', async () => {
    await take(json('json', { observedAt: ARRIVAL, values: { batteryVoltage: 3.6 } }));
    await log.append([json('json', '{}'), json('other', '{}'), json('json', '{}')]);
    expect((await new LogLedger(log, records, judged).ofDevice('json')).uplinks).toEqual({
      received: 3,
      processed: 1,
      rejected: 0,
      waiting: 2,
    });
  });
});
