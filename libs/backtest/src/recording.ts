import { ASSET_TYPES, LIFECYCLES, type BoundDevice } from '@stadtfunk/devices';
import { durationMs, fail, ok, type Result } from '@stadtfunk/kernel';
import { CLOCK_VERDICTS, isQuantityName, QUANTITIES, type Reading, type Values } from '@stadtfunk/readings';
import { z } from 'zod';
import type { HeardUplink } from './heard-uplink.ts';

/*
 * A recording is text, one JSON document a line: what a device is, before its first uplink, and what was heard, in the order
 * of its reception. docs/backtest.md has the fields. Lines of other types are for others and are passed over.
 */

/** What a line says. */
export type RecordingLine =
  | { readonly type: 'device'; readonly bound: BoundDevice }
  | { readonly type: 'uplink'; readonly uplink: HeardUplink }
  | { readonly type: 'other' };

const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const id = z.string().min(1).max(128);
const text = z.string().nullable().default(null);

const device = z.object({
  type: z.literal('device'),
  deviceId: id,
  model: z.string(),
  lifecycle: z.enum(LIFECYCLES).default('active'),
  reportingInterval: z
    .string()
    .transform((written, context) => {
      const ms = durationMs(written);
      if (ms !== undefined) return ms;
      context.addIssue({ code: 'custom', message: 'must be an ISO 8601 duration' });
      return z.NEVER;
    })
    .nullable()
    .default(null),
  asset: z
    .object({
      assetId: id,
      type: z.enum(ASSET_TYPES),
      location: z.object({
        type: z.literal('Point'),
        coordinates: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]),
      }),
      name: text,
      district: text,
      department: text,
      attributes: z.record(z.string(), z.unknown()).default({}),
    })
    .nullable()
    .default(null),
});

const values = z.record(z.string(), z.union([z.number(), z.boolean()])).transform((given, context): Values => {
  for (const [name, value] of Object.entries(given)) {
    const isRight = isQuantityName(name) && (typeof value === 'boolean') === (QUANTITIES[name].kind === 'flag');
    if (!isRight) context.addIssue({ code: 'custom', message: `no quantity '${name}' with such a value` });
  }
  return given;
});

const uplink = z.object({
  type: z.literal('uplink'),
  deviceId: id,
  receivedAt: moment,
  readings: z.array(
    z.object({
      observedAt: moment,
      values,
      assetId: id.nullable().optional(),
      clock: z.enum(CLOCK_VERDICTS).default('ok'),
      quality: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).default(4),
    }),
  ),
});

/** Reads a line of a recording. Error `recording.invalid`. Readings are about the asset of their device unless they name another. */
export function readRecordingLine(line: string, assetIdOf: (deviceId: string) => string | null): Result<RecordingLine> {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch {
    return fail('recording.invalid', 'not JSON');
  }
  const type = (document as { type?: unknown } | null)?.type;
  if (type === 'uplink') {
    const read = uplink.safeParse(document);
    return read.success
      ? ok({ type, uplink: heardOf(read.data, assetIdOf) })
      : fail('recording.invalid', wrong(read.error));
  }
  if (type === 'device') {
    const read = device.safeParse(document);
    return read.success ? ok({ type, bound: boundOf(read.data) }) : fail('recording.invalid', wrong(read.error));
  }
  return typeof type === 'string' ? ok({ type: 'other' }) : fail('recording.invalid', 'no type');
}

function heardOf(
  { deviceId, receivedAt, readings }: z.output<typeof uplink>,
  assetIdOf: (deviceId: string) => string | null,
): HeardUplink {
  const own = assetIdOf(deviceId);
  const all = readings.map(({ assetId = own, ...reading }): Reading => ({ deviceId, assetId, receivedAt, ...reading }));
  return { deviceId, receivedAt, readings: all.filter(({ assetId }) => assetId === own) };
}

function boundOf({ deviceId, model, lifecycle, reportingInterval, asset }: z.output<typeof device>): BoundDevice {
  const unknown = { imei: null, iccid: null, uplinkTopic: null };
  return {
    device: { deviceId, model, lifecycle, reportingIntervalMs: reportingInterval, ...unknown },
    asset: asset && { ...asset, address: null },
  };
}

function wrong({ issues }: z.ZodError): string {
  const [{ path, message } = { path: [], message: 'wrong' }] = issues;
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}
