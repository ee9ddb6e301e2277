export {
  BATTERY_OPTIONS,
  forecastBattery,
  isWithoutForecast,
  newBatteryState,
  NO_BATTERY_FORECAST,
  observeBattery,
  type BatteryForecast,
  type BatteryReading,
  type BatteryState,
  type NoBatteryForecast,
} from './battery.ts';
export {
  expectedLevel,
  forecastLevel,
  forecastLevels,
  NO_FILL_FORECAST,
  noFillForecast,
  type LevelForecast,
  type NoFillForecast,
} from './fill-forecast.ts';
export { FILL_OPTIONS } from './fill-options.ts';
export { patternOf, type FillPattern } from './fill-pattern.ts';
export { newFillState, type FillState } from './fill-state.ts';
export { observeLevel } from './fill-update.ts';
export { clockOf, LocalClock } from './local-clock.ts';
export {
  batteryOutlook,
  fillOutlook,
  fillStateOf,
  levelOutlook,
  type FillOutlook,
  type HistorySpan,
} from './from-history.ts';
