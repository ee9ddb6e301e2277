import type { DeviceModel } from '@stadtfunk/device-catalog';
import type { Asset } from '@stadtfunk/devices';
import { isPossible, type MutableValues, type Quality, type QuantityName, type Values } from '@stadtfunk/readings';
import { fillingLevelOf } from './filling-level.ts';

/**
 * Leaves out what cannot be true, adds the filling level, and says how far the rest can be believed (uCIFI 6042):
 * 4 accepted; 3 suspicious: outside of what the sensor can measure, or something impossible stood beside it;
 * 2 rejected with probability: the echo comes from beyond the container.
 */
export function judgeValues(
  sent: Values,
  asset: Asset | null,
  model: Pick<DeviceModel, 'limits'>,
): { readonly values: Values; readonly quality: Quality } {
  let quality: Quality = 4;
  let values = sent;
  for (const key in sent) {
    const name = key as QuantityName;
    const value = sent[name]!;
    if (!isPossible(name, value)) {
      quality = 3;
      values = possibleOf(sent);
      continue;
    }
    const limits = model.limits?.[name];
    if (limits && typeof value === 'number' && (value < limits[0] || value > limits[1])) quality = 3;
  }
  if (typeof values.distance === 'number' && values.fillingLevel === undefined) {
    const filling = fillingLevelOf(values.distance, asset);
    if (filling === 'beyond') quality = 2;
    else if (filling !== 'noGeometry') {
      values = { ...values, fillingLevel: filling.level };
      if (filling.suspicious) quality = 3;
    }
  }
  return { values, quality };
}

/** What is sent is nearly always possible, and not copied then. */
function possibleOf(sent: Values): Values {
  const values: MutableValues = {};
  for (const key in sent) {
    const name = key as QuantityName;
    const value = sent[name]!;
    if (isPossible(name, value)) values[name] = value;
  }
  return values;
}
