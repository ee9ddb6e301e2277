import type { LampDevice } from '../city/city.ts';
import { encodeLamp } from '../encode/senml.ts';
import type { LampMonitor } from '../sensors/lamp-monitor.ts';
import { signed } from './battery-alarm.ts';
import { Firmware } from './firmware.ts';
import type { Parts } from './parts.ts';
import { TIMINGS } from './timing.ts';

/** A lamp controller on mains: its state at intervals, and at once when it switches or finds something broken. Silent without supply. */
export class UcifiLamp extends Firmware<LampMonitor> {
  readonly #imei: string;

  constructor(device: LampDevice, parts: Parts, sensor: LampMonitor) {
    super(parts, sensor, TIMINGS.lamp);
    this.#imei = device.identity.imei;
  }

  protected encode(at: number): Uint8Array {
    const { channel, clock, faults } = this.parts;
    const { sensor: monitor } = this;
    const forgets = faults.active('device.signError', at) !== undefined;
    return encodeLamp({
      imei: this.#imei,
      time: clock.seconds(at),
      dimmingPercent: monitor.dimmingPercent,
      activePowerW: monitor.activePowerW,
      activeEnergyWh: monitor.activeEnergyWh,
      supplyVoltageV: monitor.supplyVoltageV,
      powerFactor: monitor.powerFactor,
      operatingHours: monitor.operatingHours,
      controlGearTemperatureC: signed(monitor.controlGearTemperatureC, forgets),
      lampFailure: monitor.lampFailure,
      controlGearFailure: monitor.controlGearFailure,
      relayFailure: monitor.relayFailure,
      rsrpDbm: signed(channel.rsrpDbm, forgets),
    });
  }

  /** It knows the time from the network before it sends anything. */
  protected override boot(): null {
    this.parts.clock.synchronise();
    return null;
  }

  /** Whether it is on, and what is broken. */
  protected override get news(): number {
    const { dimmingPercent, lampFailure, controlGearFailure, relayFailure } = this.sensor;
    return (
      Number(dimmingPercent > 0) + 2 * Number(lampFailure) + 4 * Number(controlGearFailure) + 8 * Number(relayFailure)
    );
  }
}
