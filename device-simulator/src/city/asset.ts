/** An asset as the API takes it: Smart Data Models' names. */
export interface AssetSpec {
  readonly assetId: string;
  readonly type: 'WasteContainer' | 'ParkingSpot' | 'Streetlight' | 'StreetlightControlCabinet';
  readonly name: string;
  /** WGS 84: longitude, latitude. */
  readonly location: { readonly type: 'Point'; readonly coordinates: readonly [number, number] };
  readonly district: string;
  readonly [attribute: string]: unknown;
}

/** A device as the API takes it. */
export interface DeviceSpec {
  readonly deviceId: string;
  readonly model: string;
  readonly imei: string;
  readonly iccid: string;
  /** ISO 8601. */
  readonly reportingInterval: string;
}
