import { differences } from '@stadtfunk/accounts';
import type { RegistryChanges, RegistryPresent } from '@stadtfunk/devices';
import type { NotedChange } from './audit-scope.ts';

/** Characters of what an entry says of single things; beyond them they are only counted. */
const MOST_CHARACTERS = 3_000;

type Members = Readonly<Record<string, unknown>>;

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
  const before: Record<string, unknown> = {};
  const after: Record<string, unknown> = {};
  let characters = 0;
  for (const [name, was, is] of singleChanges(present, changes)) {
    const change = differences(was, is);
    if (!change) continue;
    characters += name.length + JSON.stringify(change).length;
    if (characters > MOST_CHARACTERS) break;
    if (change.before) before[name] = change.before;
    if (change.after) after[name] = change.after;
  }
  return { before: Object.keys(before).length > 0 ? before : null, after: { counts, ...after } };
}

function* singleChanges(
  { assets, devices }: RegistryPresent,
  changes: RegistryChanges,
): Generator<readonly [name: string, before: Members | null, after: Members]> {
  for (const asset of [...changes.newAssets, ...changes.assets]) {
    const { assetId } = asset;
    yield [`asset ${assetId}`, membersOf(assets.get(assetId)), { ...asset }];
  }
  for (const device of [...changes.newDevices.map((each) => each.device), ...changes.devices]) {
    const was = devices.get(device.deviceId);
    // When it was last heard, and the like, is not what was changed.
    const names = Object.keys(device);
    const before = was && Object.fromEntries(Object.entries(was).filter(([name]) => names.includes(name)));
    yield [`device ${device.deviceId}`, before ?? null, { ...device }];
  }
  for (const { deviceId, assetId } of changes.bindings) {
    yield [`binding ${deviceId}`, { assetId: devices.get(deviceId)?.assetId ?? null }, { assetId }];
  }
}

const membersOf = (thing: object | undefined): Members | null => (thing ? { ...thing } : null);
