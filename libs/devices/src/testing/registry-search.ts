import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceRegistry } from '../device-registry.ts';
import type { RegistryQuery, RegistrySearch } from '../registry-search.ts';
import { aDevice, anAsset } from './things.ts';

/** Gives an empty registry whenever it is asked, and what searches in it. */
export interface RegistrySearchHarness {
  fresh(): Promise<{ readonly registry: DeviceRegistry; readonly search: RegistrySearch }>;
  close(): Promise<void>;
}

const IMEI = '867724031234567';

/** What everything that searches the registry promises. */
export function describeRegistrySearch(name: string, make: () => Promise<RegistrySearchHarness>): void {
  describe(`${name} as a search over the registry`, () => {
    let harness: RegistrySearchHarness | undefined;
    let registry: DeviceRegistry;
    let search: RegistrySearch;

    beforeEach(async () => {
      harness ??= await make();
      ({ registry, search } = await harness.fresh());
    });
    afterAll(() => harness?.close());

    const find = async (text: string, more: Partial<RegistryQuery> = {}) => {
      const hits = await search.search({ text, kinds: ['asset', 'device'], departments: null, limit: 10, ...more });
      return [...hits.assets.map(({ assetId }) => assetId), ...hits.devices.map(({ deviceId }) => deviceId)];
    };
    const lamp = (assetId: string, streetPoleNum: string, streetAddress: string) =>
      registry.createAsset(
        anAsset(assetId, {
          type: 'Streetlight',
          name: `Leuchte ${assetId}`,
          district: 'Großauheim',
          address: { streetAddress, addressLocality: 'Hanau' },
          attributes: { streetPoleNum },
        }),
      );

    it('finds an asset by the number on its pole, as it is written or without punctuation', async () => {
      await lamp('lamp-1', '12-07', 'Hauptstraße 3');
      await lamp('lamp-2', '12-08', 'Hauptstraße 5');
      await lamp('lamp-3', '00042', 'Am Markt 1');

      expect(await find('12-07')).toEqual(['lamp-1']);
      expect(await find('1207')).toEqual(['lamp-1']);
      expect(await find('12')).toEqual(['lamp-1', 'lamp-2']);
      expect(await find('42')).toEqual(['lamp-3']);
      expect(await find('00042')).toEqual(['lamp-3']);
    });

    it('finds it by all words of name, address and district, begun or whole, whatever umlauts and accents', async () => {
      await lamp('lamp-1', '1', 'Hauptstraße 3');
      await lamp('lamp-2', '2', 'Hauptstraße 30');
      await lamp('lamp-3', '3', 'Käthe-Kollwitz-Weg 3');
      await registry.createAsset(anAsset('bin-1', { name: 'Café Ümit' }));

      expect(await find('hauptstr 3')).toEqual(['lamp-1', 'lamp-2']);
      expect(await find('HAUPTSTRASSE')).toEqual(['lamp-1', 'lamp-2']);
      expect(await find('Haupt großauheim')).toEqual(['lamp-1', 'lamp-2']);
      expect(await find('kaethe kollw')).toEqual(['lamp-3']);
      expect(await find('Käthe-Kollwitz-Weg, Hanau')).toEqual(['lamp-3']);
      expect(await find('cafe')).toEqual(['bin-1']);
      expect(await find('ümit café')).toEqual(['bin-1']);
      expect(await find('hauptstr 4')).toEqual([]);
    });

    it('gives what is called so first, then whole words, then beginnings', async () => {
      await lamp('lamp-1', '700', 'Ring 7');
      await lamp('lamp-2', '7', 'Allee 1');
      await lamp('lamp-3', '71', 'Allee 2');

      expect(await find('7')).toEqual(['lamp-2', 'lamp-1', 'lamp-3']);
      expect(await find('7', { limit: 1 })).toEqual(['lamp-2']);
    });

    it('looks only among assets of a type or district, however many others are called so', async () => {
      for (const number of [1, 2, 3]) await lamp(`lamp-${number}`, `${number}`, 'Ring 1');
      await registry.createAsset(anAsset('zz-bin', { name: 'Ring 2', district: 'Lamboy' }));

      expect(await find('ring', { kinds: ['asset'], limit: 2, type: 'WasteContainer' })).toEqual(['zz-bin']);
      expect(await find('ring', { kinds: ['asset'], limit: 2, district: 'Lamboy' })).toEqual(['zz-bin']);
      expect(await find('ring', { kinds: ['asset'], limit: 2, district: 'Großauheim' })).toEqual(['lamp-1', 'lamp-2']);
    });

    it('finds umlauts and accents that are written as two characters, and numbers with an umlaut in one piece', async () => {
      await lamp('lamp-1', 'Ä-1', 'Ka\u0308the-Kollwitz-Weg 3');
      expect(await find('käthe')).toEqual(['lamp-1']);
      expect(await find('ae1')).toEqual(['lamp-1']);
      expect(await find('Ä1')).toEqual(['lamp-1']);
    });

    it('finds a device by id and by IMEI, the last digits of which are enough', async () => {
      await registry.createDevice(aDevice('nb-0042', { imei: IMEI }), 'hash', null);
      await registry.createDevice(aDevice('nb-0043', { imei: '1'.repeat(15) }), 'hash', null);

      for (const text of [IMEI, '4567', '34567', '31234567', 'nb-0042', 'NB0042', '8677']) {
        expect(await find(text), text).toEqual(['nb-0042']);
      }
      expect(await find('nb')).toEqual(['nb-0042', 'nb-0043']);
      expect(await find('nb', { kinds: ['asset'] })).toEqual([]);
    });

    it('goes along with what is changed', async () => {
      await lamp('lamp-1', '1', 'Hauptstraße 3');
      await registry.putAsset(anAsset('lamp-1', { name: 'Neue Leuchte', attributes: {} }));

      expect(await find('neue')).toEqual(['lamp-1']);
      expect(await find('hauptstr')).toEqual([]);
    });

    it('shows nobody what is the business of departments that he has nothing to do with', async () => {
      await lamp('lamp-1', '1', 'Ring 1');
      await registry.createAsset(anAsset('bin-1', { name: 'Ring 2' }));
      await registry.createAsset(anAsset('bin-2', { name: 'Ring 3', department: 'lighting' }));
      await registry.createDevice(aDevice('ring-lamp'), 'hash', 'lamp-1');
      await registry.createDevice(aDevice('ring-bin'), 'hash', 'bin-1');
      await registry.createDevice(aDevice('ring-free'), 'hash', null);

      expect(await find('ring', { departments: ['lighting'] })).toEqual(['bin-2', 'lamp-1', 'ring-free', 'ring-lamp']);
      expect(await find('ring', { departments: ['waste'] })).toEqual(['bin-1', 'ring-bin', 'ring-free']);
      expect(await find('ring', { departments: [] })).toEqual(['ring-free']);
    });

    it('takes any text', async () => {
      await lamp('lamp-1', '1', 'Ring 1');
      for (const text of [
        '',
        '   ',
        "'",
        "' | 'a':*",
        '!',
        'a & b',
        '\\',
        '\u0000',
        '%',
        'é',
        '\ud800',
        '𝄞',
        'a'.repeat(500),
      ]) {
        expect(await find(text)).toEqual([]);
      }
      expect(await find("ring'; drop table assets --")).toEqual([]);
      expect(await find('ring')).toEqual(['lamp-1']);
    });

    it('gives free devices of some models that are not retired', async () => {
      await registry.createAsset(anAsset('bin-1'));
      await registry.createDevice(aDevice('d-1', { imei: IMEI }), 'hash', null);
      await registry.createDevice(aDevice('d-2', { lifecycle: 'planned' }), 'hash', null);
      await registry.createDevice(aDevice('d-3'), 'hash', 'bin-1');
      await registry.createDevice(aDevice('d-4', { lifecycle: 'retired' }), 'hash', null);
      await registry.createDevice(aDevice('d-5', { model: 'other' }), 'hash', null);
      const free = async (text = '', models = ['dragino-nb-v2']) =>
        (await search.freeDevices({ models, text, limit: 10 })).map(({ deviceId }) => deviceId);

      expect(await free()).toEqual(['d-1', 'd-2']);
      expect(await free('4567')).toEqual(['d-1']);
      expect(await free('', ['other', 'dragino-nb-v2'])).toEqual(['d-1', 'd-2', 'd-5']);
      expect(await free('', [])).toEqual([]);
      await registry.bind('d-3', null);
      expect(await free()).toEqual(['d-1', 'd-2', 'd-3']);
    });

    it('tells who sat where, newest first', async () => {
      await registry.createAsset(anAsset('bin-1'));
      await registry.createAsset(anAsset('bin-2'));
      await registry.createDevice(aDevice('d-1'), 'hash', 'bin-1');
      await registry.bind('d-1', 'bin-2');
      await registry.createDevice(aDevice('d-2'), 'hash', 'bin-1');

      const ofDevice = await search.bindings({ deviceId: 'd-1' });
      expect(ofDevice.map(({ assetId, until }) => [assetId, until === null])).toEqual([
        ['bin-2', true],
        ['bin-1', false],
      ]);
      expect(ofDevice[1]!.until).toBeGreaterThanOrEqual(ofDevice[1]!.from);
      const ofAsset = await search.bindings({ assetId: 'bin-1' });
      expect(ofAsset.map(({ deviceId, model }) => [deviceId, model])).toEqual([
        ['d-2', 'dragino-nb-v2'],
        ['d-1', 'dragino-nb-v2'],
      ]);
      expect(await search.bindings({ assetId: 'nowhere\u0000' })).toEqual([]);
    });
  });
}
