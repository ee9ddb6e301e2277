import type { Asset, BoundDevice } from '@stadtfunk/devices';
import { MemoryTelemetryStore, type Reading, type ReadingQuery } from '@stadtfunk/readings';
import { subjectOf } from '@stadtfunk/rules/testing';
import { describe, expect, it } from 'vitest';
import { DeviceSubjects } from './device-subjects.ts';
import type { HeardUplink } from './heard-uplink.ts';
import { readHistory, sharingAssets, type HistoryOptions } from './history.ts';

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 10, 1);
const assetOf = (assetId: string): Asset => subjectOf('WasteContainer', { asset: { assetId } }).asset!;

function bound(deviceId: string, assetId: string | null, more: Partial<BoundDevice> = {}): BoundDevice {
  const { device } = subjectOf('WasteContainer', { device: { deviceId } });
  return { device, asset: assetId === null ? null : assetOf(assetId), ...more };
}

/** A sensor that went from a broken container to a new one at two o'clock. */
const MOVED = bound('nb-1', 'bin-new', { former: [{ assetId: 'bin-old', from: 0, until: FROM + 2 * HOUR }] });

function reading(deviceId: string, observedAt: number, more: Partial<Reading> = {}): Reading {
  const own = { deviceId, assetId: 'bin-of-today', observedAt, receivedAt: observedAt + 2_000 } as const;
  return { ...own, clock: 'ok', quality: 4, values: { fillingLevel: 0.5 }, ...more };
}

async function read(devices: readonly BoundDevice[], readings: readonly Reading[], more: Partial<HistoryOptions> = {}) {
  const telemetry = new MemoryTelemetryStore();
  await telemetry.write(readings);
  const batches: (readonly HeardUplink[])[] = [];
  const options = { telemetry, devices, from: FROM, to: FROM + 24 * HOUR, pageSize: 2, devicesAtOnce: 2, ...more };
  for await (const batch of readHistory(options)) batches.push(batch);
  return batches;
}

const told = (uplinks: readonly HeardUplink[]) =>
  uplinks.map(({ deviceId, receivedAt, readings }) => [
    ...[deviceId, (receivedAt - 2_000 - FROM) / HOUR],
    readings.map(({ assetId }) => assetId),
  ]);

describe('the stored history', () => {
  it('gives what was received at one moment as one uplink, over the pages of the store', async () => {
    const receivedAt = FROM + 3 * HOUR;
    const rows = [0, 1, 2, 3, 4].map((hour) => reading('nb-1', FROM + hour * HOUR * 0.5, { receivedAt }));
    const [uplinks] = await read([bound('nb-1', 'bin-1')], [...rows, reading('nb-1', FROM + 5 * HOUR)]);
    expect(uplinks!.map(({ readings }) => readings.length)).toEqual([5, 1]);
    expect(uplinks![0]).toMatchObject({ deviceId: 'nb-1', receivedAt });
  });

  it('gives readings to the asset on which their device sat when they were observed', async () => {
    const hours = [0, 1, 2, 3].map((hour) => reading('nb-1', FROM + hour * HOUR));
    const [uplinks] = await read([MOVED], hours);
    expect(told(uplinks!)).toEqual([
      ['nb-1', 0, ['bin-old']],
      ['nb-1', 1, ['bin-old']],
      ['nb-1', 2, ['bin-new']],
      ['nb-1', 3, ['bin-new']],
    ]);
  });

  it('takes what a device tells late of the asset before as contact, and no more', async () => {
    const receivedAt = FROM + 4 * HOUR;
    const rows = [1, 3].map((hour) => reading('nb-1', FROM + hour * HOUR, { receivedAt }));
    const [uplinks] = await read(
      [MOVED],
      [...rows, reading('nb-1', FROM + HOUR * 1.5, { receivedAt: receivedAt + 1 })],
    );
    expect(uplinks!.map(({ readings }) => readings.map(({ assetId }) => assetId))).toEqual([['bin-new'], []]);
  });

  it('gives what a retired device said of the asset on which it sat, and knows that asset still', async () => {
    const retired = bound('nb-1', null, { former: [{ assetId: 'bin-1', from: 0, until: FROM + 2 * HOUR }] });
    const subjects = new DeviceSubjects([retired], { formerAssets: [assetOf('bin-1')] });
    const [uplinks] = await read([retired], [reading('nb-1', FROM + HOUR), reading('nb-1', FROM + 3 * HOUR)]);
    expect(told(uplinks!)).toEqual([
      ['nb-1', 1, ['bin-1']],
      ['nb-1', 3, [null]],
    ]);
    expect(uplinks!.map(({ deviceId, receivedAt }) => subjects.at(deviceId, receivedAt)?.asset?.assetId)).toEqual([
      'bin-1',
      undefined,
    ]);
  });

  it('has the last contact of a device as an uplink that says nothing, where no reading of it is stored', async () => {
    const of = async (lastContact: number) => {
      const [uplinks] = await read([bound('nb-1', 'bin-1')], [reading('nb-1', FROM)], {
        lastContacts: new Map([['nb-1', lastContact]]),
      });
      return uplinks!.map(({ receivedAt, readings }) => [receivedAt, readings.length]);
    };
    expect(await of(FROM + 5 * HOUR)).toEqual([
      [FROM + 2_000, 1],
      [FROM + 5 * HOUR, 0],
    ]);
    expect(await of(FROM + 2_000)).toEqual([[FROM + 2_000, 1]]);
    expect((await of(FROM - HOUR))[0]).toEqual([FROM - HOUR, 0]);
  });

  it('mixes devices that have shared an asset in the order of reception, in one batch', async () => {
    const devices = [
      bound('nb-3', 'bin-3'),
      bound('nb-2', 'bin-1'),
      bound('nb-1', null, { former: [{ assetId: 'bin-1', from: 0, until: FROM + 2 * HOUR }] }),
    ];
    const batches = await read(devices, [
      ...[0, 1].map((hour) => reading('nb-1', FROM + hour * HOUR)),
      ...[1, 2].map((hour) => reading('nb-2', FROM + hour * HOUR)),
      reading('nb-3', FROM),
    ]);
    expect(batches.map(told)).toEqual([
      [['nb-3', 0, ['bin-3']]],
      [
        ['nb-1', 0, ['bin-1']],
        ['nb-1', 1, ['bin-1']],
        ['nb-2', 1, ['bin-1']],
        ['nb-2', 2, ['bin-1']],
      ],
    ]);
  });

  it('finds devices that belong together by way of others', () => {
    const former = (...assetIds: string[]) => ({
      former: assetIds.map((assetId, index) => ({ assetId, from: index, until: index + 1 })),
    });
    const groups = sharingAssets([
      bound('a', 'bin-1'),
      bound('b', 'bin-2'),
      bound('c', null),
      bound('d', null, former('bin-3', 'bin-4')),
      bound('e', 'bin-2', former('bin-4')),
      bound('f', 'bin-5', former('bin-1')),
    ]);
    const ids = groups.map((group) => group.map(({ device }) => device.deviceId).sort());
    expect(ids.sort()).toEqual([['a', 'f'], ['b', 'd', 'e'], ['c']]);
  });

  it('reads no more devices ahead than it may, and leaves no question open when nobody reads on', async () => {
    let open = 0;
    let most = 0;
    let asked = 0;
    class SlowStore extends MemoryTelemetryStore {
      override async read(query: ReadingQuery) {
        most = Math.max(most, ++open);
        asked++;
        await new Promise((turn) => setImmediate(turn));
        open--;
        return super.read(query);
      }
    }
    const devices = Array.from({ length: 20 }, (_, index) => bound(`nb-${index}`, `bin-${index}`));
    const period = { from: FROM, to: FROM + HOUR };
    const options = { telemetry: new SlowStore(), devices, ...period, pageSize: 10, devicesAtOnce: 3 };
    for await (const _batch of readHistory(options)) if (asked > 4) break;
    expect(open).toBe(0);
    expect(most).toBe(3);
    expect(asked).toBeLessThan(10);
  });

  it('fails as the store does, once, however far ahead of its turn', async () => {
    class BrokenStore extends MemoryTelemetryStore {
      override async read(query: ReadingQuery) {
        if ('deviceId' in query.subject && query.subject.deviceId === 'nb-2') throw new Error('gone');
        for (let turn = 0; turn < 5; turn++) await new Promise((next) => setImmediate(next));
        return super.read(query);
      }
    }
    const devices = [bound('nb-1', 'bin-1'), bound('nb-2', 'bin-2')];
    await expect(read(devices, [], { telemetry: new BrokenStore() })).rejects.toThrow('gone');
  });
});
