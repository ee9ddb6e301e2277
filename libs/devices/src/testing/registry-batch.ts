import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceRegistry } from '../device-registry.ts';
import type { RegistryBatch, RegistryChanges } from '../registry-batch.ts';
import { aDevice, anAsset } from './things.ts';

/** Gives an empty registry whenever it is asked, and what changes much of it at once. */
export interface RegistryBatchHarness {
  fresh(): Promise<{ readonly registry: DeviceRegistry; readonly batch: RegistryBatch }>;
  close(): Promise<void>;
}

const NOTHING: RegistryChanges = { newAssets: [], assets: [], newDevices: [], devices: [], bindings: [] };
const NO_NEEDS = { assetIds: [], deviceIds: [], imeis: [] };
const [IMEI, OTHER] = ['1'.repeat(15), '2'.repeat(15)];

/** What everything that changes much of the registry at once promises. */
export function describeRegistryBatch(name: string, make: () => Promise<RegistryBatchHarness>): void {
  describe(`${name} as a batch of changes to the registry`, () => {
    let harness: RegistryBatchHarness | undefined;
    let registry: DeviceRegistry;
    let batch: RegistryBatch;

    beforeEach(async () => {
      harness ??= await make();
      ({ registry, batch } = await harness.fresh());
    });
    afterAll(() => harness?.close());

    const change = (changes: Partial<RegistryChanges>) => batch.change(NO_NEEDS, () => ({ ...NOTHING, ...changes }));

    it('tells what of it is there, and the assets that the devices sit on', async () => {
      await registry.createAsset(anAsset('bin-1'));
      await registry.createAsset(anAsset('bin-2'));
      await registry.createDevice(aDevice('d-1', { imei: IMEI }), 'hash', 'bin-2');

      const present = await batch.present({
        assetIds: ['bin-1', 'no'],
        deviceIds: ['d-1', 'no'],
        imeis: [IMEI, OTHER],
      });

      expect([...present.assets.keys()].sort()).toEqual(['bin-1', 'bin-2']);
      expect(present.assets.get('bin-1')).toEqual(anAsset('bin-1'));
      expect(present.devices.get('d-1')).toMatchObject({ deviceId: 'd-1', assetId: 'bin-2', imei: IMEI });
      expect([...present.imeis]).toEqual([[IMEI, 'd-1']]);
      expect(present.departments).toContain('waste');
    });

    it('creates and changes assets, devices and bindings together', async () => {
      await registry.createAsset(anAsset('bin-1', { name: 'old', district: 'Nord' }));
      await registry.createDevice(aDevice('d-1', { lifecycle: 'planned' }), 'hash-1', null);

      const isWritten = await change({
        newAssets: [anAsset('bin-2', { address: { streetAddress: 'Ring 1' } })],
        assets: [anAsset('bin-1', { name: 'new', attributes: { containerHeight: 2, nested: { list: [1] } } })],
        newDevices: [{ device: aDevice('d-2', { imei: IMEI, reportingIntervalMs: 60_000 }), passwordHash: 'hash-2' }],
        devices: [aDevice('d-1', { lifecycle: 'active', uplinkTopic: 'a/b' })],
        bindings: [
          { deviceId: 'd-1', assetId: 'bin-1' },
          { deviceId: 'd-2', assetId: 'bin-2' },
        ],
      });

      expect(isWritten).toBe(true);
      expect(await registry.findAsset('bin-1')).toEqual(
        anAsset('bin-1', { name: 'new', attributes: { containerHeight: 2, nested: { list: [1] } } }),
      );
      expect(await registry.findAsset('bin-2')).toMatchObject({ address: { streetAddress: 'Ring 1' } });
      expect(await registry.findDevice('d-1')).toMatchObject({
        lifecycle: 'active',
        uplinkTopic: 'a/b',
        assetId: 'bin-1',
      });
      expect(await registry.findDevice('d-2')).toMatchObject({
        imei: IMEI,
        reportingIntervalMs: 60_000,
        assetId: 'bin-2',
      });
      expect((await registry.findCredential('d-1'))?.passwordHash).toBe('hash-1');
      expect((await registry.findCredential('d-2'))?.passwordHash).toBe('hash-2');
    });

    it('moves devices, and takes them off', async () => {
      for (const id of ['bin-1', 'bin-2']) await registry.createAsset(anAsset(id));
      await registry.createDevice(aDevice('d-1'), 'hash', 'bin-1');
      await registry.createDevice(aDevice('d-2'), 'hash', null);

      await change({
        bindings: [
          { deviceId: 'd-1', assetId: null },
          { deviceId: 'd-2', assetId: 'bin-1' },
        ],
      });

      expect((await registry.findDevice('d-1'))?.assetId).toBeNull();
      expect((await registry.findDevice('d-2'))?.assetId).toBe('bin-1');
    });

    it('lets devices exchange their IMEIs, and leave them to new ones', async () => {
      await registry.createDevice(aDevice('d-1', { imei: IMEI }), 'hash', null);
      await registry.createDevice(aDevice('d-2', { imei: OTHER }), 'hash', null);

      await change({ devices: [aDevice('d-1', { imei: OTHER }), aDevice('d-2', { imei: IMEI })] });
      expect((await registry.findDevice('d-1'))?.imei).toBe(OTHER);
      expect((await registry.findDevice('d-2'))?.imei).toBe(IMEI);

      const newDevices = [{ device: aDevice('d-3', { imei: OTHER }), passwordHash: 'hash' }];
      await change({ devices: [aDevice('d-1', { imei: null })], newDevices });
      expect((await registry.findDevice('d-3'))?.imei).toBe(OTHER);
    });

    it('writes nothing when it is decided so', async () => {
      await registry.createAsset(anAsset('bin-1'));
      const seen: string[] = [];
      const isWritten = await batch.change({ ...NO_NEEDS, assetIds: ['bin-1'] }, ({ assets }) => {
        seen.push(...assets.keys());
        return undefined;
      });

      expect(isWritten).toBe(false);
      expect(seen).toEqual(['bin-1']);
    });

    it('writes nothing when deciding fails', async () => {
      const refusal = new Error('no');
      const failing = batch.change(NO_NEEDS, () => {
        throw refusal;
      });

      await expect(failing).rejects.toBe(refusal);
    });

    it('takes thousands at once', async () => {
      const newAssets = Array.from({ length: 2_500 }, (_, index) => anAsset(`bin-${index}`));
      await change({ newAssets });
      await change({ assets: newAssets.map((asset) => ({ ...asset, name: 'changed' })) });

      expect((await registry.findAsset('bin-2499'))?.name).toBe('changed');
    });
  });
}
