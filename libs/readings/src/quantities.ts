/** One measured or reported property: what it is called, its unit (UCUM) and the range outside which it cannot be true. */
export interface Quantity {
  readonly unit: string;
  readonly kind: 'number' | 'flag';
  /** Physically possible values. A flag has none. */
  readonly min?: number;
  readonly max?: number;
  /** Whether it describes what the city owns (the bin) or what sends (the sensor in the bin). */
  readonly of: 'asset' | 'device';
  readonly label: { readonly de: string; readonly en: string };
  /** The standard that the name comes from. */
  readonly source: string;
}

function quantity(
  of: Quantity['of'],
  unit: string,
  [min, max]: readonly [number, number],
  de: string,
  en: string,
  source: string,
): Quantity {
  return { unit, kind: 'number', min, max, of, label: { de, en }, source };
}

function flag(of: Quantity['of'], de: string, en: string, source: string): Quantity {
  return { unit: '1', kind: 'flag', of, label: { de, en }, source };
}

/** Every quantity that Stadtfunk knows, by its canonical name. Units are fixed: codecs convert. */
export const QUANTITIES = {
  fillingLevel: quantity('asset', '1', [0, 1], 'Füllstand', 'Filling level', 'Smart Data Models WasteContainer'),
  distance: quantity('asset', 'mm', [0, 15_000], 'Abstand', 'Distance', 'uCIFI 3330'),
  temperature: quantity('asset', 'Cel', [-60, 200], 'Temperatur', 'Temperature', 'Smart Data Models WasteContainer'),
  humidity: quantity('asset', '%', [0, 100], 'Luftfeuchte', 'Relative humidity', 'uCIFI 3304'),
  tilt: quantity('asset', 'deg', [0, 180], 'Neigung', 'Tilt', 'uCIFI 3429'),
  outOfPosition: flag('asset', 'Umgekippt', 'Not upright', 'uCIFI 3435/13'),
  outOfLocation: flag('asset', 'Versetzt', 'Out of location', 'uCIFI 3435/12'),
  coverOpen: flag('asset', 'Deckel offen', 'Cover open', 'uCIFI 3435/21'),
  containerFull: flag('asset', 'Voll (Sensor)', 'Container full (sensor)', 'uCIFI 3435/5'),
  temperatureAlarm: flag('asset', 'Hitzealarm', 'Temperature alarm', 'uCIFI 3435/22'),
  occupancy: flag('asset', 'Belegt', 'Occupied', 'uCIFI 3431/1'),
  occupancyChanged: flag('asset', 'Belegung gewechselt', 'Occupancy changed', 'Dingtek DO20x'),
  occupancyDuration: quantity('asset', 's', [0, 1e9], 'Parkdauer', 'Parking duration', 'uCIFI 3431/2'),
  forbiddenParking: flag('asset', 'Unerlaubtes Parken', 'Forbidden parking', 'uCIFI 3431/4'),
  magneticFieldX: quantity('asset', '{count}', [-32768, 32767], 'Magnetfeld X', 'Magnetic field X', 'Dingtek DO20x'),
  magneticFieldY: quantity('asset', '{count}', [-32768, 32767], 'Magnetfeld Y', 'Magnetic field Y', 'Dingtek DO20x'),
  magneticFieldZ: quantity('asset', '{count}', [-32768, 32767], 'Magnetfeld Z', 'Magnetic field Z', 'Dingtek DO20x'),
  illuminanceLevel: quantity('asset', '1', [0, 1], 'Dimmwert', 'Dimming level', 'Smart Data Models Streetlight'),
  activePower: quantity('asset', 'W', [0, 10_000], 'Leistung', 'Active power', 'TALQ LampMonitor'),
  activeEnergy: quantity('asset', 'W.h', [0, 1e12], 'Energie', 'Active energy', 'uCIFI 3418/6'),
  supplyVoltage: quantity('asset', 'V', [0, 1000], 'Netzspannung', 'Supply voltage', 'TALQ LampMonitor'),
  supplyCurrent: quantity('asset', 'A', [0, 100], 'Strom', 'Supply current', 'TALQ LampMonitor'),
  powerFactor: quantity('asset', '1', [-1, 1], 'Leistungsfaktor', 'Power factor', 'TALQ LampMonitor'),
  frequency: quantity('asset', 'Hz', [0, 100], 'Netzfrequenz', 'Frequency', 'uCIFI 3418/3'),
  operatingHours: quantity('asset', 'h', [0, 1e6], 'Betriebsstunden', 'Operating hours', 'TALQ LampMonitor'),
  switchOnCounter: quantity(
    'asset',
    '{count}',
    [0, 4294967295],
    'Einschaltungen',
    'Switch-on count',
    'TALQ LampMonitor',
  ),
  controlGearTemperature: quantity(
    'asset',
    'Cel',
    [-60, 200],
    'Treibertemperatur',
    'Control gear temperature',
    'uCIFI 3416/21',
  ),
  lampFailure: flag('asset', 'Lampenausfall', 'Lamp failure', 'uCIFI 3416/5'),
  controlGearFailure: flag('asset', 'Ausfall Vorschaltgerät', 'Control gear failure', 'uCIFI 3416/7'),
  relayFailure: flag('asset', 'Relaisfehler', 'Relay failure', 'uCIFI 3416/9'),
  dayBurner: flag('asset', 'Tagbrenner (Gerät)', 'Day burner (device)', 'uCIFI 3416/10'),
  cyclingFailure: flag('asset', 'Flackern', 'Cycling failure', 'uCIFI 3416/11'),
  batteryLevel: quantity('device', '1', [0, 1], 'Batterie', 'Battery level', 'Smart Data Models Device'),
  batteryVoltage: quantity('device', 'V', [0, 48], 'Batteriespannung', 'Battery voltage', 'uCIFI 3411/3'),
  batteryTooLow: flag('device', 'Batterie schwach (Gerät)', 'Battery too low (device)', 'uCIFI 3411/6'),
  csq: quantity('device', '1', [0, 31], 'Signalgüte (CSQ)', 'Signal quality (CSQ)', '3GPP TS 27.007 +CSQ'),
  rssi: quantity('device', 'dB[mW]', [-150, 0], 'Empfangspegel', 'RSSI', 'uCIFI 3412/20'),
  rsrp: quantity('device', 'dB[mW]', [-157, -44], 'RSRP', 'RSRP', '3GPP TS 36.133'),
  rsrq: quantity('device', 'dB', [-34.5, -3.5], 'RSRQ', 'RSRQ', '3GPP TS 36.133'),
  snr: quantity('device', 'dB', [-30, 50], 'Signal-Rausch-Abstand', 'SNR', 'uCIFI 3412/18'),
  deviceTemperature: quantity('device', 'Cel', [-60, 150], 'Gerätetemperatur', 'Device temperature', 'uCIFI 3303'),
  latitude: quantity('device', 'deg', [-90, 90], 'Breite', 'Latitude', 'WGS 84'),
  longitude: quantity('device', 'deg', [-180, 180], 'Länge', 'Longitude', 'WGS 84'),
} as const satisfies Record<string, Quantity>;

export type QuantityName = keyof typeof QUANTITIES;
export const QUANTITY_NAMES = Object.keys(QUANTITIES) as readonly QuantityName[];

/** Values of one moment. A missing measurement is absent, never zero. Flags are booleans, everything else a number. */
export type Values = { readonly [name in QuantityName]?: number | boolean };
export type MutableValues = { -readonly [name in keyof Values]: Values[name] };

export function isQuantityName(name: string): name is QuantityName {
  return Object.hasOwn(QUANTITIES, name);
}

/** Whether a value is of the quantity's kind and physically possible. */
export function isPossible(name: QuantityName, value: number | boolean): boolean {
  const { kind, min, max }: Quantity = QUANTITIES[name];
  if (kind === 'flag') return typeof value === 'boolean';
  return typeof value === 'number' && value >= min! && value <= max!;
}
