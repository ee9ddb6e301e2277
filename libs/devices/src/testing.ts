import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Asset } from './asset.ts';
import type { DeviceRegistry } from './device-registry.ts';
import { assetIdAt, type Device, type Lifecycle } from './device.ts';
import { aDevice, anAsset } from './testing/things.ts';

/** Gives an empty registry whenever it is asked, which knows the departments `waste` and `lighting`. */
export interface DeviceRegistryHarness {
  fresh(): Promise<DeviceRegistry>;
  close(): Promise<void>;
}

/** What every registry does. */
export function describeDeviceRegistry(name: string, make: () => Promise<DeviceRegistryHarness>): void {
  describe(`${name} as a device registry`, () => {
    let harness: DeviceRegistryHarness | undefined;
    let registry: DeviceRegistry;

    beforeEach(async () => {
      harness ??= await make();
      registry = await harness.fresh();
    });
    afterAll(() => harness?.close());

    it('gives an asset back as it was put', async () => {
      const asset = anAsset('bin-1', {
        name: 'Marktplatz – Süd',
        district: 'Innenstadt',
        address: { streetAddress: 'Am Markt 14', addressLocality: 'Hanau' },
        department: 'waste',
        attributes: {
          containerHeight: 1.37,
          sensorOffset: -0.05,
          note: 'a "quoted" \\ text',
          nested: { list: [1, null] },
        },
      });

      expect(await registry.createAsset(asset)).toBe('created');

      expect(await registry.findAsset('bin-1')).toEqual(asset);
      expect(await registry.findAsset('bin-2')).toBeUndefined();
    });

    it('keeps the first of two assets with the same id', async () => {
      await registry.createAsset(anAsset('bin-1', { name: 'first' }));

      expect(await registry.createAsset(anAsset('bin-1', { name: 'second' }))).toBe('exists');

      expect((await registry.findAsset('bin-1'))?.name).toBe('first');
    });

    it('changes an asset that exists, and no other', async () => {
      await registry.createAsset(anAsset('bin-1', { district: 'Innenstadt' }));

      expect(await registry.putAsset(anAsset('bin-1', { district: null, name: 'new' }))).toBe('updated');
      expect(await registry.putAsset(anAsset('bin-2'))).toBe('unknown');

      expect(await registry.findAsset('bin-1')).toEqual(anAsset('bin-1', { name: 'new' }));
      expect(await registry.findAsset('bin-2')).toBeUndefined();
    });

    it('keeps both changes of two who change different members at once', async () => {
      await registry.createAsset(anAsset('bin-1'));
      await registry.createDevice(aDevice('d-1'), 'hash', 'bin-1');
      await Promise.all([
        registry.changeAsset('bin-1', (asset) => ({ ...asset, name: 'Kiosk' })),
        registry.changeAsset('bin-1', (asset) => ({ ...asset, district: 'Nord' })),
        registry.changeAsset('bin-1', (asset) => ({ ...asset, attributes: { ...asset.attributes, binCapacity: 3 } })),
        registry.changeDevice('d-1', (device) => ({ ...aDevice('d-1'), iccid: device.iccid, lifecycle: 'planned' })),
        registry.changeDevice('d-1', ({ lifecycle }) => aDevice('d-1', { lifecycle, iccid: '8949020000000000001' })),
      ]);

      expect(await registry.findAsset('bin-1')).toEqual(
        anAsset('bin-1', { name: 'Kiosk', district: 'Nord', attributes: { containerHeight: 1.2, binCapacity: 3 } }),
      );
      expect(await registry.findDevice('d-1')).toMatchObject({ lifecycle: 'planned', iccid: '8949020000000000001' });
    });

    it('changes nothing of what was changed since the version that somebody saw', async () => {
      await registry.createAsset(anAsset('bin-1'));
      await registry.createAsset(anAsset('bin-2'));
      await registry.createDevice(aDevice('d-1'), 'hash', 'bin-1');
      const named = (name: string) => (asset: Asset) => ({ ...asset, name });
      const { version: seen } = (await registry.findAssetVersion('bin-1'))!;

      const changed = await registry.changeAsset('bin-1', named('first'), seen);
      expect(changed).toEqual(await registry.findAssetVersion('bin-1'));
      expect(changed).toMatchObject({ asset: { name: 'first' } });
      expect(await registry.changeAsset('bin-1', named('second'), seen)).toBe('conflict');
      expect(await registry.changeAsset('bin-3', named('third'), seen)).toBe('unknown');
      expect((await registry.findAsset('bin-1'))?.name).toBe('first');
      expect(await registry.findAssetVersion('bin-3')).toBeUndefined();

      const retire = () => aDevice('d-1', { lifecycle: 'retired' });
      for (const change of [
        () => registry.putDevice(aDevice('d-1', { iccid: '8949020000000000001' })),
        () => registry.bind('d-1', 'bin-2'),
      ]) {
        const { version } = (await registry.findDevice('d-1'))!;
        await change();
        expect(await registry.changeDevice('d-1', retire, version)).toBe('conflict');
      }
      const device = (await registry.findDevice('d-1'))!;
      expect(device.lifecycle).toBe('active');
      const retired = await registry.changeDevice('d-1', retire, device.version);
      expect(retired).toEqual(await registry.findDevice('d-1'));
      expect(retired).toMatchObject({ lifecycle: 'retired', assetId: 'bin-2' });
      expect(await registry.changeDevice('d-2', () => aDevice('d-2'))).toBe('unknown');
    });

    it('throws on what is thrown by whoever decides on a change, and changes nothing', async () => {
      await registry.createAsset(anAsset('bin-1'));
      await registry.createDevice(aDevice('d-1'), 'hash', 'bin-1');
      const refusal = new Error('not yours');
      const seen: (string | undefined)[] = [];
      const refuse = () => {
        throw refusal;
      };

      await expect(registry.changeAsset('bin-1', refuse)).rejects.toBe(refusal);
      const refuseOf = (_device: Device, asset: Asset | null) => {
        seen.push(asset?.assetId);
        return refuse();
      };
      await expect(registry.changeDevice('d-1', refuseOf)).rejects.toBe(refusal);

      expect(seen).toEqual(['bin-1']);
      expect(await registry.findAsset('bin-1')).toEqual(anAsset('bin-1'));
      expect(await registry.findDevice('d-1')).toMatchObject(aDevice('d-1'));
    });

    it('refuses an asset of a department that there is not', async () => {
      await expect(registry.createAsset(anAsset('bin-1', { department: 'nobody' }))).rejects.toMatchObject({
        code: 'department.unknown',
        retryable: false,
      });
      expect(await registry.findAsset('bin-1')).toBeUndefined();
    });

    it('lists the assets that fit by id', async () => {
      await registry.createAsset(anAsset('c', { type: 'Streetlight', district: 'Nord' }));
      await registry.createAsset(anAsset('a', { type: 'Streetlight', district: 'Süd' }));
      await registry.createAsset(anAsset('b', { district: 'Nord' }));
      const idsOf = async (filter: Partial<Parameters<typeof registry.listAssets>[0]>) =>
        (await registry.listAssets({ limit: 10, ...filter })).items.map(({ assetId }) => assetId);

      expect(await idsOf({})).toEqual(['a', 'b', 'c']);
      expect(await idsOf({ type: 'Streetlight' })).toEqual(['a', 'c']);
      expect(await idsOf({ district: 'Nord' })).toEqual(['b', 'c']);
      expect(await idsOf({ type: 'Streetlight', district: 'Nord' })).toEqual(['c']);
      expect(await idsOf({ district: 'West' })).toEqual([]);
    });

    it('tells which districts assets name, and how many of them, to whoever is limited only of their own', async () => {
      await registry.createAsset(anAsset('a', { type: 'Streetlight', district: 'Süd' }));
      await registry.createAsset(anAsset('b', { district: 'Nord' }));
      await registry.createAsset(anAsset('c', { district: 'Nord', department: 'lighting' }));
      await registry.createAsset(anAsset('d', { district: null }));
      const told = async (departments?: readonly string[]) =>
        [...(await registry.listDistricts(departments))].sort((one, other) => (one.district < other.district ? -1 : 1));

      expect(await told()).toEqual([
        { district: 'Nord', assets: 2 },
        { district: 'Süd', assets: 1 },
      ]);
      expect(await told(['lighting'])).toEqual([
        { district: 'Nord', assets: 1 },
        { district: 'Süd', assets: 1 },
      ]);
      expect(await told([])).toEqual([]);
    });

    it('pages without missing or repeating an asset while others are added', async () => {
      for (const id of ['b', 'd', 'f', 'h']) await registry.createAsset(anAsset(id));
      const first = await registry.listAssets({ limit: 2 });
      await registry.createAsset(anAsset('a'));
      await registry.createAsset(anAsset('e'));

      const second = await registry.listAssets({ limit: 2, after: first.next! });
      const third = await registry.listAssets({ limit: 2, after: second.next! });

      expect([first, second, third].map(({ items }) => items.map(({ assetId }) => assetId))).toEqual([
        ['b', 'd'],
        ['e', 'f'],
        ['h'],
      ]);
      expect(third.next).toBeNull();
    });

    it('ends a list that just fills its page', async () => {
      await registry.createAsset(anAsset('a'));
      await registry.createAsset(anAsset('b'));

      expect((await registry.listAssets({ limit: 2 })).next).toBeNull();
    });

    it('refuses cursors that it did not give out', async () => {
      for (const id of ['a', 'b']) await registry.createAsset(anAsset(id));
      const { next } = await registry.listAssets({ limit: 1 });
      const forged = Array.from(next!).reverse().join('');

      for (const after of ['', 'x', '%%%', forged, 'W10', 'bnVsbA', 'a'.repeat(100_000), '\u0000']) {
        await expect(registry.listAssets({ limit: 1, after })).rejects.toMatchObject({ code: 'cursor.invalid' });
      }
      await expect(registry.listDevices({ limit: 1, after: next! })).rejects.toMatchObject({ code: 'cursor.invalid' });
    });

    it('creates a device on its asset, with what checks its password', async () => {
      await registry.createAsset(anAsset('bin-1'));
      const device = aDevice('d-1', {
        imei: '867724031234567',
        iccid: '8949020000000000001',
        uplinkTopic: 'vendor/d-1',
        reportingIntervalMs: 7_200_000,
        lifecycle: 'planned',
      });

      expect(await registry.createDevice(device, '$scrypt$1', 'bin-1')).toBe('created');

      expect(await registry.findDevice('d-1')).toEqual({
        ...device,
        assetId: 'bin-1',
        version: expect.any(Number) as number,
        lastContactAt: null,
        createdAt: expect.any(Number) as number,
      });
      expect(await registry.findCredential('d-1')).toEqual({ deviceId: 'd-1', passwordHash: '$scrypt$1' });
      expect(await registry.findCredential('d-2')).toBeUndefined();
      expect(await registry.findDevice('d-2')).toBeUndefined();
    });

    it('creates nothing when the device, its IMEI or its asset is wrong', async () => {
      await registry.createDevice(aDevice('d-1', { imei: '867724031234567' }), 'hash', null);

      expect(await registry.createDevice(aDevice('d-1'), 'other', null)).toBe('device.exists');
      expect(await registry.createDevice(aDevice('d-2', { imei: '867724031234567' }), 'hash', null)).toBe(
        'device.imeiTaken',
      );
      expect(await registry.createDevice(aDevice('d-2'), 'hash', 'nowhere')).toBe('asset.unknown');

      expect(await registry.findDevice('d-2')).toBeUndefined();
      expect((await registry.findCredential('d-1'))?.passwordHash).toBe('hash');
    });

    it('changes devices and passwords of those that exist', async () => {
      await registry.createDevice(aDevice('d-1', { imei: '1'.repeat(15) }), 'old', null);
      await registry.createDevice(aDevice('d-2', { imei: '2'.repeat(15) }), 'old', null);

      expect(await registry.putDevice(aDevice('d-1', { imei: '1'.repeat(15), lifecycle: 'retired' }))).toBe('updated');
      expect(await registry.putDevice(aDevice('d-1', { imei: '2'.repeat(15) }))).toBe('device.imeiTaken');
      expect(await registry.putDevice(aDevice('d-3'))).toBe('unknown');
      expect(await registry.setPassword('d-1', 'new')).toBe('updated');
      expect(await registry.setPassword('d-3', 'new')).toBe('unknown');

      expect(await registry.findDevice('d-1')).toMatchObject({ imei: '1'.repeat(15), lifecycle: 'retired' });
      expect((await registry.findCredential('d-1'))?.passwordHash).toBe('new');
      expect((await registry.findCredential('d-2'))?.passwordHash).toBe('old');
    });

    it('moves a device from asset to asset, and off', async () => {
      await registry.createAsset(anAsset('bin-1'));
      await registry.createAsset(anAsset('bin-2'));
      await registry.createDevice(aDevice('d-1'), 'hash', 'bin-1');
      const assetOf = async () => (await registry.findDevice('d-1'))?.assetId;

      expect(await registry.bind('d-1', 'bin-2')).toBe('bound');
      expect(await assetOf()).toBe('bin-2');
      expect(await registry.bind('d-1', 'nowhere')).toBe('asset.unknown');
      expect(await registry.bind('nobody', 'bin-1')).toBe('device.unknown');
      expect(await assetOf()).toBe('bin-2');
      expect(await registry.bind('d-1', null)).toBe('bound');
      expect(await assetOf()).toBeNull();
      expect(await registry.bind('d-1', 'bin-2')).toBe('bound');
      expect(await assetOf()).toBe('bin-2');
    });

    it('lists the devices that fit by id, in pages', async () => {
      await registry.createAsset(anAsset('bin-1'));
      await registry.createDevice(aDevice('d-3', { model: 'milesight-em400' }), 'hash', 'bin-1');
      await registry.createDevice(aDevice('d-1'), 'hash', 'bin-1');
      await registry.createDevice(aDevice('d-2'), 'hash', null);
      const idsOf = async (filter: Partial<Parameters<typeof registry.listDevices>[0]>) =>
        (await registry.listDevices({ limit: 10, ...filter })).items.map(({ deviceId }) => deviceId);

      const page = await registry.listDevices({ limit: 2 });

      expect(page.items.map(({ deviceId, assetId }) => [deviceId, assetId])).toEqual([
        ['d-1', 'bin-1'],
        ['d-2', null],
      ]);
      expect(await idsOf({ after: page.next! })).toEqual(['d-3']);
      expect(await idsOf({ assetId: 'bin-1' })).toEqual(['d-1', 'd-3']);
      expect(await idsOf({ model: 'milesight-em400' })).toEqual(['d-3']);
    });

    it('does not know ids that nothing can have', async () => {
      expect(await registry.findDevice('d\u0000')).toBeUndefined();
      expect(await registry.findAsset('\u0000')).toBeUndefined();
      expect(await registry.findCredential('d\u0000')).toBeUndefined();
      expect(await registry.findCredential("d' or true --")).toBeUndefined();
      expect(await registry.bind('d\u0000', null)).toBe('device.unknown');
    });

    it('tells a directory everything at first, then what is new', async () => {
      await registry.createAsset(anAsset('bin-1'));
      await registry.createAsset(anAsset('bin-2'));
      await registry.createDevice(aDevice('d-1'), 'hash', 'bin-1');
      await registry.createDevice(aDevice('d-2'), 'hash', null);
      const idsOf = ({ devices }: { devices: readonly { device: Device; asset: Asset | null }[] }) =>
        devices.map(({ device, asset }) => `${device.deviceId} on ${asset?.assetId ?? 'nothing'}`).sort();

      const all = await registry.changesSince(0);
      expect(idsOf(all)).toEqual(['d-1 on bin-1', 'd-2 on nothing']);
      const first = all.devices.find(({ device }) => device.deviceId === 'd-1');
      expect(first).toEqual({
        device: aDevice('d-1'),
        asset: anAsset('bin-1'),
        registeredAt: first?.registeredAt,
      });
      expect(first?.registeredAt).toBeGreaterThan(0);

      const nothing = await registry.changesSince(all.revision);
      expect(nothing).toEqual({ revision: all.revision, devices: [] });

      await registry.putDevice(aDevice('d-2', { lifecycle: 'retired' }));
      const device = await registry.changesSince(all.revision);
      expect(idsOf(device)).toEqual(['d-2 on nothing']);

      await registry.putAsset(anAsset('bin-1', { attributes: { containerHeight: 2 } }));
      const asset = await registry.changesSince(device.revision);
      expect(idsOf(asset)).toEqual(['d-1 on bin-1']);
      expect(asset.devices[0]?.asset?.attributes).toEqual({ containerHeight: 2 });

      await registry.bind('d-1', 'bin-2');
      const bound = await registry.changesSince(asset.revision);
      expect(idsOf(bound)).toEqual(['d-1 on bin-2']);

      // An asset that it has left is none of its business.
      await registry.putAsset(anAsset('bin-1'));
      expect(idsOf(await registry.changesSince(bound.revision))).toEqual([]);

      await registry.bind('d-1', null);
      expect(idsOf(await registry.changesSince(bound.revision))).toEqual(['d-1 on nothing']);
    });

    it('tells since when a device is in service that was planned or out of service before', async () => {
      const put = async (lifecycle: Lifecycle, change = {}) => {
        await registry.putDevice(aDevice('d-1', { lifecycle, ...change }));
        return (await registry.changesSince(0)).devices[0]!;
      };
      await registry.createDevice(aDevice('d-1', { lifecycle: 'planned' }), 'hash', null);
      expect((await registry.changesSince(0)).devices[0]).not.toHaveProperty('activeSince');

      const first = await put('active');
      expect(first.activeSince).toBe(first.registeredAt);
      const edited = await put('active', { reportingIntervalMs: 60_000 });
      expect(edited.activeSince).toBe(first.activeSince);
      await put('maintenance');
      const again = await put('active');
      expect(again.activeSince).toBe(again.registeredAt);
      expect(again.activeSince).toBeGreaterThanOrEqual(first.activeSince!);
    });

    it('tells where a device sat before, and when', async () => {
      await registry.createAsset(anAsset('bin-1'));
      await registry.createAsset(anAsset('bin-2'));
      await registry.createDevice(aDevice('d-1'), 'hash', 'bin-1');
      await registry.bind('d-1', 'bin-2');
      const [moved] = (await registry.changesSince(0)).devices;
      const [before] = moved?.former ?? [];
      expect(moved?.former).toHaveLength(1);
      expect(before).toMatchObject({ assetId: 'bin-1' });
      expect(before!.until).toBeGreaterThanOrEqual(before!.from);
      expect(assetIdAt(moved!, before!.until)).toBe('bin-2');
    });

    it('changes nothing when a device is bound to where it is', async () => {
      await registry.createAsset(anAsset('bin-1'));
      await registry.createDevice(aDevice('d-1'), 'hash', 'bin-1');
      const { revision } = await registry.changesSince(0);

      expect(await registry.bind('d-1', 'bin-1')).toBe('bound');

      expect((await registry.changesSince(revision)).devices).toEqual([]);
    });

    it('lets a directory that reads along miss no change of many writers', async () => {
      const ids = Array.from({ length: 60 }, (_, index) => `d-${index}`);
      const seen = new Set<string>();
      let revision = 0;
      const read = async () => {
        const changes = await registry.changesSince(revision);
        revision = changes.revision;
        for (const { device } of changes.devices) seen.add(device.deviceId);
      };
      let isWriting = true;
      const reading = (async () => {
        while (isWriting) await read();
      })();

      const outcomes = await Promise.all(ids.map((id) => registry.createDevice(aDevice(id), 'hash', null)));
      isWriting = false;
      await reading;
      await read();

      expect(new Set(outcomes)).toEqual(new Set(['created']));
      expect([...seen].sort()).toEqual([...ids].sort());
    });

    it('lets one of many win who create the same device', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          registry.createDevice(aDevice(`d-${index % 2}`, { imei: '3'.repeat(15) }), 'hash', null),
        ),
      );

      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect((await registry.listDevices({ limit: 10 })).items).toHaveLength(1);
    });
  });
}
export { describeRegistryBatch, type RegistryBatchHarness } from './testing/registry-batch.ts';
export { describeRegistrySearch, type RegistrySearchHarness } from './testing/registry-search.ts';
export { aDevice, anAsset } from './testing/things.ts';
