import type { FiledLetter } from '@stadtfunk/ingest';
import type { QuarantinedReading } from '@stadtfunk/readings';
import { isoOf } from '../schemas.ts';

/** The last ms that a Date can hold. */
const LAST_DATE = 8.64e15;

export function toLetterBody({
  letterId,
  deviceId,
  topic,
  receivedAt,
  code,
  detail,
  state,
  attempts,
  payload,
}: FiledLetter) {
  const payloadBytes = payload.byteLength;
  return { letterId, deviceId, topic, receivedAt: isoOf(receivedAt), code, detail, state, attempts, payloadBytes };
}

export function toLetterDetail(letter: FiledLetter) {
  const { buffer, byteOffset, byteLength } = letter.payload;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return { ...toLetterBody(letter), payload: { base64: bytes.toString('base64'), hex: bytes.toString('hex') } };
}

export function toQuarantineBody(reading: QuarantinedReading & { readonly quarantineId: string }) {
  const { quarantineId, deviceId, receivedAt, deviceTime, code, values } = reading;
  return {
    quarantineId,
    deviceId,
    receivedAt: isoOf(receivedAt),
    deviceTime: deviceTimeText(deviceTime),
    code,
    values,
  };
}

function deviceTimeText(time: number | null): string | null {
  if (time === null) return null;
  return Math.abs(time) <= LAST_DATE ? isoOf(time) : String(time);
}
