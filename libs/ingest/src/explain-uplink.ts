import { findModel, type Sample } from '@stadtfunk/device-catalog';
import { MemoryDeviceDirectory, type BoundDevice } from '@stadtfunk/devices';
import type { CodedError } from '@stadtfunk/kernel';
import type { Reading } from '@stadtfunk/readings';
import type { Uplink } from '@stadtfunk/uplinks';
import { interpret } from './interpret.ts';

/** A sample as the device gave it, and what was made of it. */
export interface ExplainedSample {
  readonly sample: Sample;
  /** null: it is quarantined. */
  readonly reading: Reading | null;
  readonly refused: string | null;
}

/** An uplink as it is understood now: with the codec, the registration and the binding of today. */
export interface ExplainedUplink {
  readonly format: string | null;
  /** In the vendor's words and units; null: it cannot be decoded. */
  readonly decoded: object | null;
  readonly samples: readonly ExplainedSample[];
  /** What was left out. */
  readonly problems: readonly CodedError[];
  /** Why nothing of it can be used; null: something can. */
  readonly error: CodedError | null;
}

/** What is in an uplink. Never throws, whatever the bytes: `interpret` does not, and what decodes there decodes here. */
export function explainUplink(uplink: Uplink, bound: BoundDevice | undefined): ExplainedUplink {
  const directory = new MemoryDeviceDirectory();
  if (bound) directory.put(bound);
  const outcome = interpret(uplink, directory);
  const format = bound && findModel(bound.device.model)?.format;
  const nothing = { format: format?.name ?? null, samples: [], problems: [] };
  if (!outcome.ok) {
    const isDefect = outcome.error.code === 'codec.defect';
    const decoded = format && !isDefect ? format.decode(uplink.payload) : undefined;
    return { ...nothing, decoded: decoded?.ok ? decoded.value : null, error: outcome.error };
  }
  const decoded = format?.decode(uplink.payload);
  const { samples, problems } = outcome.value;
  return { ...nothing, decoded: decoded?.ok ? decoded.value : null, samples, problems, error: null };
}
