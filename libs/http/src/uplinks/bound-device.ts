import type { BoundDevice, DeviceRegistry, RegistrySearch } from '@stadtfunk/devices';

/** A device with its asset and where it sat before, as ingest knows it; undefined: it is not registered. */
export async function boundDevice(
  registry: DeviceRegistry,
  searches: RegistrySearch,
  deviceId: string,
): Promise<BoundDevice | undefined> {
  const registered = await registry.findDevice(deviceId);
  if (!registered) return undefined;
  const { assetId, lastContactAt: _contact, createdAt: _created, ...device } = registered;
  const [asset, bindings] = await Promise.all([
    assetId === null ? undefined : registry.findAsset(assetId),
    searches.bindings({ deviceId }),
  ]);
  const former = bindings.flatMap(({ assetId, from, until }) => (until === null ? [] : [{ assetId, from, until }]));
  return { device, asset: asset ?? null, former: former.reverse() };
}
