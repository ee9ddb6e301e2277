import { findModel, type DeviceModel, type Sample } from '@stadtfunk/device-catalog';
import { assetIdAt, type BoundDevice, type DeviceDirectory } from '@stadtfunk/devices';
import { fail, messageOf, ok, type CodedError, type Result } from '@stadtfunk/kernel';
import type { Reading, Values } from '@stadtfunk/readings';
import type { Uplink } from '@stadtfunk/uplinks';
import { judgeTime } from './clock-verdict.ts';
import { judgeValues } from './judge-values.ts';

/** A sample with its verdict: a reading, or the code for which it is quarantined. */
export type JudgedSample =
  | { readonly sample: Sample; readonly reading: Reading; readonly refused: null }
  | { readonly sample: Sample; readonly reading: null; readonly refused: string };

/** What an uplink means. */
export interface Interpretation {
  readonly bound: BoundDevice;
  readonly model: DeviceModel;
  /** The device's own message counter, where its format has one. */
  readonly counter: number | undefined;
  /** As the payload names it. */
  readonly firmware: string | undefined;
  readonly samples: readonly JudgedSample[];
  readonly problems: readonly CodedError[];
}

/**
 * The way from bytes to readings: topic -> device -> decode -> normalise -> judge. Pure, and never throws: what a codec
 * throws is a defect of ours, and costs this one uplink only. Both consumer groups go this way, each for itself.
 */
export function interpret(uplink: Uplink, directory: DeviceDirectory): Result<Interpretation> {
  const bound = directory.find(uplink.deviceId);
  if (!bound) return fail('device.unknown', `no device '${uplink.deviceId}' is registered`);
  const { lifecycle } = bound.device;
  // Our own intake refuses these at the door; a bridge has none.
  if (lifecycle === 'retired' || lifecycle === 'planned') {
    return fail(`device.${lifecycle}`, `the device is ${lifecycle}; make it active, then try again`);
  }
  const model = findModel(bound.device.model);
  if (!model) return fail('device.unknownModel', `the catalogue has no model '${bound.device.model}'`);

  try {
    const decoded = model.format.decode(uplink.payload);
    if (!decoded.ok) return decoded;
    const report = model.format.normalise(decoded.value);
    if (report.imei !== undefined && bound.device.imei !== null && !bound.device.imei.endsWith(report.imei)) {
      return fail('payload.foreignIdentity', `the payload names IMEI ${report.imei}, which is not this device's`);
    }
    const [problem] = report.problems;
    // No samples and no problems: a lifecycle message, which is no reading. With problems: nothing of it was usable.
    if (report.samples.length === 0 && problem) return fail(problem.code, problem.detail);
    const samples = report.samples.map((sample) => judge(sample, uplink, bound, model));
    const { counter, firmware, problems } = report;
    return ok({ bound, model, counter, firmware, samples, problems });
  } catch (thrown) {
    return fail('codec.defect', `format ${model.format.name}: ${messageOf(thrown)}`);
  }
}

function judge(sample: Sample, uplink: Uplink, bound: BoundDevice, model: DeviceModel): JudgedSample {
  const time = judgeTime(sample, uplink.receivedAt);
  if ('refused' in time) return { sample, reading: null, refused: time.refused };
  const assetId = assetIdAt(bound, time.observedAt);
  // What the device measured elsewhere has another geometry, which is not at hand: its distance is kept, without a level.
  const asset = assetId === bound.asset?.assetId ? bound.asset : null;
  const { values, quality } = judgeValues(sample.values, asset, model);
  if (!hasAny(values)) return { sample, reading: null, refused: 'values.impossible' };
  const reading: Reading = {
    deviceId: bound.device.deviceId,
    assetId,
    observedAt: time.observedAt,
    receivedAt: uplink.receivedAt,
    clock: time.clock,
    quality,
    values,
  };
  return { sample, reading, refused: null };
}

function hasAny(values: Values): boolean {
  for (const _name in values) return true;
  return false;
}
