import { Fault } from '@stadtfunk/kernel';
import { ReadingsRefused, type Reading } from '@stadtfunk/readings';
import { expect, it } from 'vitest';
import { ReadingWrites } from './reading-writes.ts';

/** Writes as long as the test wants. */
class SlowTelemetryStore {
  readonly writes: {
    readonly readings: readonly Reading[];
    readonly done: () => void;
    failed(fault: unknown): void;
  }[] = [];

  write(readings: readonly Reading[]): Promise<void> {
    return new Promise((done, failed) => this.writes.push({ readings, done, failed }));
  }

  get sizes(): readonly number[] {
    return this.writes.map(({ readings }) => readings.length);
  }
}

const turn = () => new Promise((done) => setImmediate(done));
const readings = Array.from({ length: 5_000 }, (_, index): Reading => ({
  deviceId: 's1',
  assetId: null,
  observedAt: index,
  receivedAt: index,
  clock: 'ok',
  quality: 4,
  values: { batteryVoltage: 3 },
}));

it('begins before all readings are known, and writes one part after the other', async () => {
  const store = new SlowTelemetryStore();
  const writes = new ReadingWrites(store);
  for (const known of [100, 1_999, 2_000, 2_100, 4_500]) {
    writes.begin(readings.slice(0, known));
    await turn();
  }
  expect(store.sizes).toEqual([2_000]);

  store.writes[0]!.done();
  await turn();
  expect(store.sizes).toEqual([2_000, 2_500]);
  const finished = writes.finish(readings);
  store.writes[1]!.done();
  await turn();
  expect(store.sizes).toEqual([2_000, 2_500, 500]);
  expect(store.writes.flatMap((write) => write.readings)).toEqual(readings);

  store.writes[2]!.done();
  expect(await finished).toEqual([]);
});

it('writes a few readings at once, and none not at all', async () => {
  const store = new SlowTelemetryStore();
  expect(await new ReadingWrites(store).finish([])).toEqual([]);
  const finished = new ReadingWrites(store).finish(readings.slice(0, 3));
  await turn();
  expect(store.sizes).toEqual([3]);
  store.writes[0]!.done();
  expect(await finished).toEqual([]);
});

it('gathers what the store will never take', async () => {
  const store = new SlowTelemetryStore();
  const writes = new ReadingWrites(store);
  writes.begin(readings.slice(0, 2_000));
  const finished = writes.finish(readings);
  const refuse = (index: number, reading: Reading) =>
    store.writes[index]!.failed(new ReadingsRefused([{ reading, detail: `the ${index}.` }], 1));
  await turn();
  refuse(0, readings[7]!);
  await turn();
  refuse(1, readings[3_000]!);

  expect(await finished).toEqual([
    { reading: readings[7], detail: 'the 0.' },
    { reading: readings[3_000], detail: 'the 1.' },
  ]);
});

it('throws what failed at its end, writes nothing after it, and is settled once nothing is under way', async () => {
  const store = new SlowTelemetryStore();
  const writes = new ReadingWrites(store);
  writes.begin(readings.slice(0, 2_000));
  let isSettled = false;
  await turn();
  const settled = writes.settled().then(() => (isSettled = true));
  await turn();
  expect(isSettled).toBe(false);

  store.writes[0]!.failed(new Fault('telemetry.unavailable', 'away', true));
  await settled;
  await turn();
  await expect(writes.finish(readings)).rejects.toMatchObject({ code: 'telemetry.unavailable' });
  expect(store.sizes).toEqual([2_000]);
});
