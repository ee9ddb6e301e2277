import { differences } from '@stadtfunk/accounts';
import type { RegistryChanges, RegistryPresent } from '@stadtfunk/devices';
import type { NotedChange } from './audit-scope.ts';

/** Characters of what an entry says of single things; beyond them they are only counted. */
const MOST_CHARACTERS = 3_000;

type Members = Readonly<Record<string, unknown>>;

/** One thing that is changed. */
interface SingleChange {
  readonly list: 'assets' | 'devices' | 'bindings';
  /** By which it is known. */
  readonly key: Members;
  readonly before: Members | null;
  readonly after: Members;
}

/** What many changes to the registry were, from what to what, for the one entry that is written of them; undefined: none. */
export function registryChange(present: RegistryPresent, changes: RegistryChanges): NotedChange | undefined {
  const counts = {
    newAssets: changes.newAssets.length,
    assets: changes.assets.length,
    newDevices: changes.newDevices.length,
    devices: changes.devices.length,
    bindings: changes.bindings.length,
  };
  if (Object.values(counts).every((count) => count === 0)) return undefined;
  // Lists and not members by their ids: an id may sound like something that is not kept.
  const before: Partial<Record<SingleChange['list'], Members[]>> = {};
  const after: Partial<Record<SingleChange['list'], Members[]>> = {};
  let characters = 0;
  for (const single of singleChanges(present, changes)) {
    const change = differences(single.before, single.after);
    if (!change) continue;
    characters += JSON.stringify(change).length;
    if (characters > MOST_CHARACTERS) break;
    const { list, key } = single;
    if (change.before) (before[list] ??= []).push({ ...key, ...change.before });
    if (change.after) (after[list] ??= []).push({ ...key, ...change.after });
  }
  return { before: Object.keys(before).length > 0 ? before : null, after: { counts, ...after } };
}

function* singleChanges({ assets, devices }: RegistryPresent, changes: RegistryChanges): Generator<SingleChange> {
  for (const asset of [...changes.newAssets, ...changes.assets]) {
    const { assetId } = asset;
    yield { list: 'assets', key: { assetId }, before: membersOf(assets.get(assetId)), after: { ...asset } };
  }
  for (const device of [...changes.newDevices.map((each) => each.device), ...changes.devices]) {
    const { deviceId } = device;
    const was = devices.get(deviceId);
    // When it was last heard, and the like, is not what was changed.
    const names = Object.keys(device);
    const before = was && Object.fromEntries(Object.entries(was).filter(([name]) => names.includes(name)));
    yield { list: 'devices', key: { deviceId }, before: before ?? null, after: { ...device } };
  }
  for (const { deviceId, assetId } of changes.bindings) {
    const before = { assetId: devices.get(deviceId)?.assetId ?? null };
    yield { list: 'bindings', key: { deviceId }, before, after: { assetId } };
  }
}

const membersOf = (thing: object | undefined): Members | null => (thing ? { ...thing } : null);
