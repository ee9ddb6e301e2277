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

/** The asset; the problem that there is none, also where it belongs to a department that the caller has nothing to do with. */
export async function visibleAsset(
  registry: DeviceRegistry,
  assetId: string,
  departments: Departments,
): Promise<Asset> {
  const asset = await registry.findAsset(assetId);
  return found(asset && isVisible(asset, departments) ? asset : undefined, 'asset', assetId);
}

/** The same of a device: it is seen by those who see the asset that it sits on. One that sits on none is seen by all. */
export async function visibleDevice(
  registry: DeviceRegistry,
  deviceId: string,
  departments: Departments,
): Promise<RegisteredDevice> {
  const device = found(await registry.findDevice(deviceId), 'device', deviceId);
  if (departments === null || device.assetId === null) return device;
  const asset = await registry.findAsset(device.assetId);
  return found(asset && isVisible(asset, departments) ? device : undefined, 'device', deviceId);
}
