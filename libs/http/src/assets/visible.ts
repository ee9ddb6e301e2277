import {
  departmentOf,
  type Asset,
  type Departments,
  type DeviceRegistry,
  type RegisteredDevice,
} from '@stadtfunk/devices';
import { found } from '../problem.ts';

/** Whether somebody who is limited to these departments may know of the asset. */
export function isVisible(asset: Asset, departments: Departments): boolean {
  return departments === null || departments.includes(departmentOf(asset));
}

/** The asset; none also where it belongs to a department that the caller has nothing to do with. */
export async function findVisibleAsset(
  registry: DeviceRegistry,
  assetId: string,
  departments: Departments,
): Promise<Asset | undefined> {
  const asset = await registry.findAsset(assetId);
  return asset && isVisible(asset, departments) ? asset : undefined;
}

/** The same of a device: it is seen by those who see the asset that it sits on. One that sits on none is seen by all. */
export async function findVisibleDevice(
  registry: DeviceRegistry,
  deviceId: string,
  departments: Departments,
): Promise<RegisteredDevice | undefined> {
  const device = await registry.findDevice(deviceId);
  if (!device || departments === null || device.assetId === null) return device;
  return (await findVisibleAsset(registry, device.assetId, departments)) && device;
}

/** The asset, or the problem that there is none for this caller. */
export async function visibleAsset(
  registry: DeviceRegistry,
  assetId: string,
  departments: Departments,
): Promise<Asset> {
  return found(await findVisibleAsset(registry, assetId, departments), 'asset', assetId);
}

/** The device, or the problem that there is none for this caller. */
export async function visibleDevice(
  registry: DeviceRegistry,
  deviceId: string,
  departments: Departments,
): Promise<RegisteredDevice> {
  return found(await findVisibleDevice(registry, deviceId, departments), 'device', deviceId);
}
