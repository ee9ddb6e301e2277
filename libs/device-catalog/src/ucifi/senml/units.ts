/** `[factor, offset]`: canonical = sent × factor + offset. */
export type Scale = readonly [factor: number, offset: number];
/** How each SenML unit that a quantity may come in is converted to the quantity's own unit. */
export type Units = ReadonlyMap<string, Scale>;

function units(table: Readonly<Record<string, number | Scale>>): Units {
  return new Map(
    Object.entries(table).map(([unit, scale]) => [unit, typeof scale === 'number' ? ([scale, 0] as const) : scale]),
  );
}

// Units of RFC 8428 section 12.1 and the secondary units of RFC 8798; `deg` and `%` are not registered, but sent.
export const RATIO = units({ '/': 1, '/100': 0.01, '%': 0.01, '%EL': 0.01, '/1000': 0.001 });
export const PERCENT = units({ '%RH': 1, '%': 1, '/100': 1, '/': 100 });
export const TEMPERATURE = units({ Cel: 1, K: [1, -273.15] });
export const MILLIMETRES = units({ m: 1000, mm: 1, cm: 10, dm: 100 });
export const SECONDS = units({ s: 1, ms: 0.001, min: 60, h: 3600 });
export const HOURS = units({ h: 1, min: 1 / 60, s: 1 / 3600 });
export const VOLTS = units({ V: 1, mV: 0.001 });
export const AMPERES = units({ A: 1, mA: 0.001 });
export const WATTS = units({ W: 1, kW: 1000 });
export const WATT_HOURS = units({ Wh: 1, kWh: 1000, J: 1 / 3600 });
export const HERTZ = units({ Hz: 1 });
export const DEGREES = units({ deg: 1, rad: 180 / Math.PI });
export const POSITION = units({ lat: 1, lon: 1, deg: 1 });
export const DBM = units({ dBm: 1, dBW: [1, 30] });
export const DECIBELS = units({ dB: 1 });
export const COUNT = units({ count: 1, '1': 1, '/': 1 });
