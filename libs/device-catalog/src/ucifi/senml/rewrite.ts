import { fail, type Result } from '@stadtfunk/kernel';
import { isDigits } from '../../bytes.ts';
import { parseJson, textBody, type JsonObject } from '../../json.ts';
import { jsonPayload, shiftedNumber, type PayloadEdit, type Pseudonyms } from '../../rewrite.ts';
import { decodeSenml, type SenmlRecord } from './decode.ts';
import { imeiOf, lastWord, pathOf } from './names.ts';
import { KNOWN_OBJECTS, NAMED, RESOURCES } from './resources.ts';

/** Times below this are relative to now (RFC 8428, section 4.5.3). */
const RELATIVE_BELOW = 2 ** 28;
const TIMESTAMP = '5518';
const IMEI_RESOURCE = '3412/22';

export function rewriteSenml(payload: Uint8Array, edit: PayloadEdit): Result<Uint8Array> {
  const decoded = decodeSenml(payload);
  if (!decoded.ok) return decoded;
  if (edit.pseudonyms) {
    const records = anonymous(decoded.value.resolved, edit, edit.pseudonyms);
    return records.length > 0 ? jsonPayload(records) : fail('payload.empty', 'no record that is read');
  }
  const text = textBody(payload);
  if (!text.ok) return text;
  const parsed = parseJson(text.value);
  return parsed.ok ? jsonPayload(shifted(parsed.value as readonly JsonObject[], edit)) : parsed;
}

/** The pack with later times, and all else as it was. */
function shifted(pack: readonly JsonObject[], { shiftMs }: PayloadEdit): readonly object[] {
  let baseTime = 0;
  let baseName = '';
  return pack.map((record) => {
    const later: Record<string, unknown> = { ...record };
    const { bt, t, n, bn, v } = record as { bt?: number; t?: number; n?: string; bn?: string; v?: number };
    if (bn !== undefined) baseName = bn;
    if (bt !== undefined) {
      baseTime = bt;
      later['bt'] = bt >= RELATIVE_BELOW ? shiftedNumber(bt, shiftMs) : bt;
    }
    // What is counted from an absolute base moves with it.
    if (t !== undefined && baseTime < RELATIVE_BELOW && t >= RELATIVE_BELOW) later['t'] = shiftedNumber(t, shiftMs);
    if (v !== undefined && pathOf(baseName + (n ?? ''))?.resource === TIMESTAMP) later['v'] = shiftedNumber(v, shiftMs);
    return later;
  });
}

/** The records that are read, each with all of its name and time, so that nothing is left of base names. */
function anonymous(resolved: readonly SenmlRecord[], { shiftMs }: PayloadEdit, pseudonyms: Pseudonyms): object[] {
  const records: object[] = [];
  const imei = resolved.map(({ n }) => imeiOf(n)).find((found) => found !== undefined);
  const prefix = imei === undefined ? '' : `urn:dev:imei:${pseudonyms.imei(imei)}:`;
  for (const { n, t, u, v, vb, vs } of resolved) {
    const path = pathOf(n);
    const word = lastWord(n);
    const resource = path ? RESOURCES.get(path.key) : NAMED.get(word);
    const isKnown = resource !== undefined || (path !== undefined && KNOWN_OBJECTS.has(path.object));
    const value = valueOf({ v, vb, vs }, path?.key, pseudonyms);
    if (!isKnown || value === undefined) continue;
    if (typeof value === 'object' && 'v' in value) {
      if (resource?.quantity === 'latitude' || resource?.quantity === 'longitude')
        value.v = pseudonyms.coordinate(value.v);
      if (path?.resource === TIMESTAMP) value.v = shiftedNumber(value.v, shiftMs);
    }
    const name = path ? `${path.object}/${path.instance}/${path.resource}` : word;
    const time = t >= RELATIVE_BELOW ? shiftedNumber(t, shiftMs) : t;
    // Only units that are known words: any text could stand there.
    const unit = u !== undefined && resource?.units.has(u) ? { u } : {};
    records.push({ n: prefix + name, ...(time !== 0 && { t: time }), ...unit, ...value });
  }
  return records;
}

type Kept = { v: number } | { vb: boolean } | { vs: string };

function valueOf(
  { v, vb, vs }: { v: number | undefined; vb: boolean | undefined; vs: string | undefined },
  key: string | undefined,
  pseudonyms: Pseudonyms,
): Kept | undefined {
  if (v !== undefined) return { v };
  if (vb !== undefined) return { vb };
  // The one text that is read.
  return vs !== undefined && key === IMEI_RESOURCE && isDigits(vs, 15) ? { vs: pseudonyms.imei(vs) } : undefined;
}
