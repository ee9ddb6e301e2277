import type {
  Asset,
  AssetType,
  BoundDevice,
  Device,
  FormerBinding,
  Lifecycle,
  Point,
  RegisteredDevice,
} from '@stadtfunk/devices';
import type { assets, devices } from './schema.ts';

type AssetRow = typeof assets.$inferSelect;
type DeviceRow = typeof devices.$inferSelect;

export function toAsset(row: AssetRow): Asset {
  return {
    assetId: row.assetId,
    type: row.type as AssetType,
    name: row.name,
    location: row.location as Point,
    district: row.district,
    address: row.address as Asset['address'],
    department: row.department,
    attributes: row.attributes as Asset['attributes'],
  };
}

export function toDevice(row: DeviceRow): Device {
  return {
    deviceId: row.deviceId,
    model: row.model,
    lifecycle: row.lifecycle as Lifecycle,
    imei: row.imei,
    iccid: row.iccid,
    uplinkTopic: row.uplinkTopic,
    reportingIntervalMs: row.reportingIntervalMs,
  };
}

export function toBoundDevice(
  row: { readonly device: DeviceRow; readonly asset: AssetRow | null },
  former: readonly FormerBinding[] | undefined,
): BoundDevice {
  // What was changed, a planned device that is in service now above all, begins anew.
  const registeredAt = row.device.modifiedAt.getTime();
  return {
    device: toDevice(row.device),
    asset: row.asset && toAsset(row.asset),
    registeredAt,
    ...(row.device.activeSince && { activeSince: row.device.activeSince.getTime() }),
    ...(former && { former }),
  };
}

export function toRegisteredDevice(row: {
  readonly device: DeviceRow;
  readonly assetId: string | null;
  readonly lastContactAt: Date | null;
}): RegisteredDevice {
  return {
    ...toDevice(row.device),
    assetId: row.assetId,
    version: row.device.revision,
    lastContactAt: row.lastContactAt?.getTime() ?? null,
    createdAt: row.device.createdAt.getTime(),
  };
}
