import type { CityDevice } from '../city/city.ts';

/**
 * Devices that were mounted on each other's things: by place in the city, the place of the other. `with` of the disturbance is a device or an
 * asset; without it, or where it is of another kind, the neighbour is the next device of the same kind.
 */
export function swapsOf(devices: readonly CityDevice[]): ReadonlyMap<number, number> {
  const swaps = new Map<number, number>();
  for (const device of devices) {
    const swap = device.disturbances.find(({ kind }) => kind === 'sensor.swapped');
    if (swap === undefined) continue;
    const other = named(devices, swap['with'], device) ?? nextOf(devices, device);
    if (other !== undefined) swaps.set(device.index, other.index);
  }
  return swaps;
}

function named(devices: readonly CityDevice[], name: unknown, device: CityDevice): CityDevice | undefined {
  if (typeof name !== 'string') return undefined;
  return devices.find(
    (other) =>
      other.kind === device.kind && other !== device && (other.deviceId === name || other.thing.asset.assetId === name),
  );
}

function nextOf(devices: readonly CityDevice[], device: CityDevice): CityDevice | undefined {
  for (let step = 1; step < devices.length; step++) {
    const other = devices[(device.index + step) % devices.length]!;
    if (other.kind === device.kind) return other;
  }
  return undefined;
}

/** Groups of places that look at each other's things: their time has to pass together. Everybody else is alone. */
export function groupsOf(swaps: ReadonlyMap<number, number>): readonly (readonly number[])[] {
  const groups: Set<number>[] = [];
  for (const pair of swaps) {
    const touched = groups.filter((group) => group.has(pair[0]) || group.has(pair[1]));
    const joined = new Set([...touched.flatMap((group) => [...group]), ...pair]);
    for (const group of touched) groups.splice(groups.indexOf(group), 1);
    groups.push(joined);
  }
  return groups.map((group) => [...group].sort((a, b) => a - b));
}
