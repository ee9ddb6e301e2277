export { makeBattery, type BatteryHistory } from './testing/battery-history.ts';
export { measureBatteryQuality, type BatteryQuality } from './testing/battery-quality.ts';
export { makeBin, type BinHistory } from './testing/bin-history.ts';
export { measureFillQuality, type FillQuality } from './testing/fill-quality.ts';
