import {
  type Asset,
  type Binding,
  departmentOf,
  type Departments,
  type FreeDeviceQuery,
  NUMBER_ATTRIBUTES,
  type RegisteredDevice,
  type RegistryHits,
  type RegistryQuery,
  RegistrySearch,
  wordsOf,
} from '@stadtfunk/devices';
import type { MemoryDeviceRegistry } from './memory-device-registry.ts';

/** Search in memory: the twin of the adapter. */
export class MemoryRegistrySearch extends RegistrySearch {
  constructor(private readonly registry: MemoryDeviceRegistry) {
    super();
  }

  override async search({ text, kinds, departments, limit, type, district }: RegistryQuery): Promise<RegistryHits> {
    const words = wordsOf(text);
    if (words.length === 0) return { assets: [], devices: [] };
    const fits = (asset: Asset) =>
      isOf(asset, departments) &&
      asset.type === (type ?? asset.type) &&
      asset.district === (district ?? asset.district);
    const assets = kinds.includes('asset') ? this.registry.everyAsset.filter(fits) : [];
    const devices = kinds.includes('device')
      ? this.registry.everyDevice.filter((device) => this.#isSeen(device, departments))
      : [];
    const called = text.trim();
    return {
      assets: best(assets, (asset) => rank(knownOf(asset), words, namesOf(asset).includes(called)), idOf).slice(
        0,
        limit,
      ),
      devices: best(
        devices,
        (device) => rank(wordsOfDevice(device), words, [device.deviceId, device.imei].includes(called)),
        ({ deviceId }) => deviceId,
      ).slice(0, limit),
    };
  }

  override async freeDevices({ models, text, limit }: FreeDeviceQuery): Promise<readonly RegisteredDevice[]> {
    const words = wordsOf(text);
    const free = this.registry.everyDevice.filter(
      (device) =>
        device.assetId === null &&
        device.lifecycle !== 'retired' &&
        models.includes(device.model) &&
        rank(wordsOfDevice(device), words, false) !== undefined,
    );
    const heard = ({ lastContactAt }: RegisteredDevice) => lastContactAt ?? -Infinity;
    return free
      .sort((a, b) => (heard(a) === heard(b) ? (a.deviceId < b.deviceId ? -1 : 1) : heard(b) - heard(a)))
      .slice(0, limit);
  }

  override async bindings(
    of: { readonly assetId: string } | { readonly deviceId: string },
  ): Promise<readonly Binding[]> {
    const fits = (binding: Binding) =>
      'assetId' in of ? binding.assetId === of.assetId : binding.deviceId === of.deviceId;
    return this.registry.everyBinding
      .filter(fits)
      .map((binding) => ({ ...binding }))
      .reverse()
      .slice(0, 100);
  }

  #isSeen({ assetId }: RegisteredDevice, departments: Departments): boolean {
    const asset = this.registry.everyAsset.find((each) => each.assetId === assetId);
    return asset === undefined || isOf(asset, departments);
  }
}

const idOf = ({ assetId }: Asset) => assetId;

function isOf(asset: Asset, departments: Departments): boolean {
  return departments === null || departments.includes(departmentOf(asset));
}

function namesOf({ assetId, attributes }: Asset): unknown[] {
  return [assetId, ...NUMBER_ATTRIBUTES.map((name) => attributes[name])];
}

/** All words, `00042` also as `42`; of numbers and ids also what they are without punctuation. */
function known(texts: readonly string[], numbers: readonly string[]): ReadonlySet<string> {
  const words = [...texts, ...numbers].flatMap((text) => text.split(/\s+/).flatMap(wordsOf));
  const bare = words.flatMap((word) => (/^0+\d+$/.test(word) ? [word.replace(/^0+(?=\d)/, '')] : []));
  return new Set([...words, ...bare, ...numbers.map((number) => wordsOf(number).join(''))]);
}

function knownOf({ assetId, name, district, address, attributes }: Asset): ReadonlySet<string> {
  const numbers = NUMBER_ATTRIBUTES.flatMap((key) => (typeof attributes[key] === 'string' ? [attributes[key]] : []));
  const texts = [name ?? '', district ?? '', ...Object.values(address ?? {})];
  return known(texts, [assetId, ...numbers]);
}

function wordsOfDevice({ deviceId, imei, iccid }: RegisteredDevice): ReadonlySet<string> {
  const ends = imei === null ? [] : [4, 5, 6, 7, 8].map((count) => imei.slice(-count));
  return known([imei ?? '', iccid ?? '', ...ends], [deviceId]);
}

function rank(words: ReadonlySet<string>, wanted: readonly string[], isCalled: boolean): number | undefined {
  if (wanted.every((word) => words.has(word))) return isCalled ? 0 : 1;
  const all = [...words];
  return wanted.every((word) => all.some((each) => each.startsWith(word))) ? 2 : undefined;
}

function best<T>(things: readonly T[], rankOf: (thing: T) => number | undefined, idOf: (thing: T) => string): T[] {
  return things
    .map((thing) => ({ thing, rank: rankOf(thing), id: idOf(thing) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => a.rank! - b.rank! || (a.id < b.id ? -1 : 1))
    .map(({ thing }) => thing);
}
