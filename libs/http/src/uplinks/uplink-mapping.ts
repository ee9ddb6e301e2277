import type { ExplainedSample, ExplainedUplink } from '@stadtfunk/ingest';
import { momentKey, type StoredReading, type TelemetryStore } from '@stadtfunk/readings';
import type { StoredUplink } from '@stadtfunk/uplinks';
import { isoOf, isoOrNull } from '../schemas.ts';

const SHOWN_BYTES = 4_096;
/** The last ms that a Date can hold. */
const LAST_DATE = 8.64e15;

/** What is stored of the samples of some uplinks, by `momentKey`. */
export async function storedOf(telemetry: TelemetryStore, explained: readonly ExplainedUplink[]) {
  const moments = explained.flatMap(({ samples }) => samples.flatMap(({ reading }) => reading ?? []));
  const stored = moments.length > 0 ? await telemetry.find(moments) : [];
  return new Map(stored.map((reading) => [momentKey(reading), reading]));
}

export function toExplained(explained: ExplainedUplink, stored: ReadonlyMap<string, StoredReading>) {
  const { format, decoded, samples, problems, error } = explained;
  return {
    format,
    decoded,
    samples: samples.map((sample) => toSample(sample, stored)),
    problems: problems.map(({ code, detail }) => ({ code, detail })),
    error: error && { code: error.code, detail: error.detail },
  };
}

function toSample({ sample, reading, refused }: ExplainedSample, stored: ReadonlyMap<string, StoredReading>) {
  const { kind, deviceTime, values: sent } = sample;
  return {
    kind,
    deviceTime: deviceTimeText(deviceTime),
    observedAt: isoOrNull(reading?.observedAt ?? null),
    clock: reading?.clock ?? null,
    quality: reading?.quality ?? null,
    sent,
    values: reading?.values ?? null,
    fate: fateOf({ reading }, stored),
    refused,
  };
}

function fateOf({ reading }: Pick<ExplainedSample, 'reading'>, stored: ReadonlyMap<string, StoredReading>) {
  if (!reading) return 'quarantined' as const;
  const found = stored.get(momentKey(reading));
  if (!found) return 'missing' as const;
  return found.receivedAt === reading.receivedAt ? ('stored' as const) : ('repeated' as const);
}

function deviceTimeText(time: number | undefined): string | null {
  if (time === undefined) return null;
  return Math.abs(time) <= LAST_DATE ? isoOf(time) : String(time);
}

export function toUplinkBody(
  uplink: StoredUplink,
  explained: ExplainedUplink,
  stored: ReadonlyMap<string, StoredReading>,
) {
  const { sequence, partition, receivedAt, topic, qos, payload } = uplink;
  const shown = Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.byteLength, SHOWN_BYTES));
  return {
    sequence,
    partition,
    receivedAt: isoOf(receivedAt),
    topic,
    qos,
    payload: { bytes: payload.byteLength, hex: shown.toString('hex'), text: textOf(shown) },
    ...toExplained(explained, stored),
  };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** What can be read: no control characters but those of white space. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    const text = UTF8.decode(bytes);
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? null : text;
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
}
