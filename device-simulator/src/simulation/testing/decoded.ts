import { findModel, type Report } from '@stadtfunk/device-catalog';
import type { CityDevice } from '../../city/city.ts';
import type { Arrival } from '../arrival.ts';
import { Simulation } from '../simulation.ts';
import type { SimulationOptions } from '../simulation-options.ts';
import { mildWeather, START, TruthList } from './small-city.ts';

export interface Decoded extends Arrival {
  readonly report: Report;
}

/** What the catalogue's codec makes of an uplink; throws if it makes nothing of it. */
export function decode(device: CityDevice, arrival: Arrival): Decoded {
  const model = findModel(device.model);
  if (!model) throw new Error(`no model ${device.model}`);
  const fields = model.format.decode(arrival.payload);
  if (!fields.ok) throw new Error(`${device.model}: ${fields.error.code} ${fields.error.detail}`);
  return { ...arrival, report: model.format.normalise(fields.value) };
}

/** Everything that arrives of these devices within some time from the start, as the catalogue reads it, and what was true. */
export function heard(
  devices: readonly CityDevice[],
  lastsMs: number,
  options: Partial<SimulationOptions> = {},
): { readonly uplinks: readonly Decoded[]; readonly truth: readonly string[] } {
  const truth = new TruthList();
  const simulation = new Simulation({ seed: 7, from: START, devices, weather: mildWeather, truth, ...options });
  const uplinks: Decoded[] = [];
  simulation.run(START + lastsMs, (arrival) => uplinks.push(decode(devices[arrival.deviceIndex]!, arrival)));
  simulation.finish();
  return { uplinks, truth: truth.lines };
}
