import { DAY_MS } from '@stadtfunk/kernel';
import { Chance } from './chance.ts';

export interface BatteryHistory {
  readonly readings: readonly {
    readonly at: number;
    readonly batteryVoltage?: number;
    readonly batteryLevel?: number;
    readonly temperature?: number;
  }[];
  /** When the value that the sensor reports is low for good; null: not within the history. */
  readonly lowAt: number | null;
}

/**
 * Lithium cells as they may discharge, by a process that knows nothing of how it is estimated: a load that differs by day
 * and season, a flat curve with a knee of random sharpness, seasons and cold spells that lower the voltage, load dips.
 *
 * @param kind how the sensor tells: by voltage with or without temperatures, or by a counter of charge in percent
 */
export function makeBattery(
  seed: number,
  kind: 'voltage' | 'voltageAndTemperature' | 'counter',
  { from, days, intervalMs }: { readonly from: number; readonly days: number; readonly intervalMs: number },
): BatteryHistory {
  const chance = new Chance(seed);
  const life = chance.between(250, 2500);
  let used = chance.between(0, 1) * Math.max(0, 1 - 200 / life);
  const plateau = chance.between(3.55, 3.66);
  const decline = chance.between(0, 0.04);
  const sharpness = chance.between(0.012, 0.05);
  const readings: BatteryHistory['readings'][number][] = [];
  let lowAt: number | null = null;
  let spell = 0;
  for (let day = 0; day < days; day++) {
    const season = Math.cos((2 * Math.PI * (from / DAY_MS + day - 15)) / 365.25);
    spell = 0.85 * spell + chance.normal(0, 1.8);
    const mean = 9 - 9 * season + spell;
    used += ((1 + 0.2 * season) * Math.exp(chance.normal(0, 0.25))) / life;
    for (let at = from + day * DAY_MS; at < from + (day + 1) * DAY_MS; at += intervalMs) {
      const temperature = mean + 4 * Math.sin(2 * Math.PI * ((at % DAY_MS) / DAY_MS - 0.35)) + chance.normal(0, 0.5);
      const knee = 0.4 * Math.exp((used - 1) / sharpness);
      const rest = Math.max(1.9, plateau - decline * used - knee);
      const cold = 0.1 / (1 + Math.exp((temperature + 4) / 2));
      const dip = chance.uniform() < 0.1 ? chance.between(0, 0.056) : 0;
      const batteryVoltage = Math.round((rest - cold - dip + chance.normal(0, 0.002)) * 1000) / 1000;
      const batteryLevel = Math.max(0, Math.round((1 - used) * 100) / 100);
      if (lowAt === null && (kind === 'counter' ? batteryLevel < 0.15 : rest < 3.2)) lowAt = at;
      if (chance.uniform() < 0.05) continue;
      if (kind === 'counter') readings.push({ at, batteryLevel });
      else if (kind === 'voltage') readings.push({ at, batteryVoltage });
      else readings.push({ at, batteryVoltage, temperature });
    }
  }
  return { readings, lowAt };
}
