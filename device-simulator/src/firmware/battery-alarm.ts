/** Below this a device says that its battery is low (Nwave's threshold is 3.0 V; Dingtek's is a setting). */
const LOW_V = 3.1;

export function isBatteryLow(volts: number): boolean {
  return volts < LOW_V;
}

/** What firmware makes a percentage of: a voltage between 2.6 and 3.6 V, although a voltage is none. */
export function batteryPercentOf(volts: number): number {
  return Math.max(1, Math.min(100, Math.round((volts - 2.6) * 100)));
}

/** A firmware that forgets the sign, or one that does not. */
export function signed(value: number, forgetsSign: boolean): number {
  return forgetsSign ? Math.abs(value) : value;
}
