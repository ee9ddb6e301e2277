import { Buffer } from 'node:buffer';

export interface LampUplink {
  readonly imei: string;
  /** Unix seconds by the device's clock. */
  readonly time: number;
  readonly dimmingPercent: number;
  readonly activePowerW: number;
  readonly activeEnergyWh: number;
  readonly supplyVoltageV: number;
  readonly powerFactor: number;
  readonly operatingHours: number;
  readonly controlGearTemperatureC: number;
  readonly lampFailure: boolean;
  readonly controlGearFailure: boolean;
  readonly relayFailure: boolean;
  readonly rsrpDbm: number;
}

/**
 * uCIFI outdoor lamp controller (3416), electrical monitor (3418) and LwM2M connectivity (4) as SenML JSON, RFC 8428. The text is put together
 * by hand: nothing in it needs escaping, and lamps send more than all others.
 */
export function encodeLamp(lamp: LampUplink): Uint8Array {
  return Buffer.from(
    `[{"bn":"urn:dev:imei:${lamp.imei}:","bt":${lamp.time},"n":"3416/0/3","v":${lamp.dimmingPercent}},` +
      `{"n":"3416/0/5","vb":${lamp.lampFailure}},{"n":"3416/0/7","vb":${lamp.controlGearFailure}},` +
      `{"n":"3416/0/9","vb":${lamp.relayFailure}},{"n":"3416/0/15","v":${lamp.operatingHours}},` +
      `{"n":"3416/0/21","v":${lamp.controlGearTemperatureC}},{"n":"3418/0/1","v":${lamp.supplyVoltageV}},` +
      `{"n":"3418/0/4","v":${lamp.activePowerW}},{"n":"3418/0/5","v":${lamp.powerFactor}},` +
      `{"n":"3418/0/6","v":${lamp.activeEnergyWh}},{"n":"4/0/2","v":${lamp.rsrpDbm}}]`,
    'latin1',
  );
}
