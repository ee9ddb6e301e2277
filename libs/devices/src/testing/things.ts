import type { Asset } from '../asset.ts';
import type { Device } from '../device.ts';

export function anAsset(assetId: string, differences: Partial<Asset> = {}): Asset {
  return {
    assetId,
    type: 'WasteContainer',
    name: null,
    location: { type: 'Point', coordinates: [8.9169, 50.1328] },
    district: null,
    address: null,
    department: null,
    attributes: { containerHeight: 1.2 },
    ...differences,
  };
}

export function aDevice(deviceId: string, differences: Partial<Device> = {}): Device {
  return {
    deviceId,
    model: 'dragino-nb-v2',
    lifecycle: 'active',
    imei: null,
    iccid: null,
    uplinkTopic: null,
    reportingIntervalMs: null,
    ...differences,
  };
}
