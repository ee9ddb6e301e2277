import { LETTER_STATES } from '@stadtfunk/ingest';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { values } from '../readings/reading.schema.ts';
import { isoTime, pageOf, pageQuery, pathId } from '../schemas.ts';
import { explained } from '../uplinks/uplink.schema.ts';

const letterMembers = {
  letterId: z.string(),
  deviceId: z.string(),
  topic: z.string(),
  receivedAt: isoTime,
  code: z.string().describe('why, `noun.reason`'),
  detail: z.string(),
  state: z.enum(LETTER_STATES),
  attempts: z.int(),
  payloadBytes: z.int(),
};

export const deadLetter = z.strictObject(letterMembers).meta({ id: 'DeadLetter' });

export const deadLetterDetail = z
  .strictObject({ ...letterMembers, payload: z.strictObject({ base64: z.string(), hex: z.string() }) })
  .meta({ id: 'DeadLetterDetail', description: 'A dead letter with its original bytes' });

const params = z.strictObject({ letterId: pathId });
const filter = z.string().min(1).max(200).exactOptional();

export const listDeadLetters = operation({
  summary: 'Uplinks that could not be processed',
  tag: 'dead letters',
  query: z.strictObject({ state: z.enum(LETTER_STATES).exactOptional(), device: filter, code: filter, ...pageQuery }),
  answer: { status: 200, schema: pageOf(deadLetter) },
});

export const showDeadLetter = operation({
  summary: 'A dead letter with its bytes',
  tag: 'dead letters',
  params,
  answer: { status: 200, schema: deadLetterDetail },
  problems: { 404: 'no such dead letter' },
});

export const decodeDeadLetter = operation({
  summary: 'What is in a dead letter, by the codec and the registration of now: whether a retry would do',
  tag: 'dead letters',
  params,
  answer: {
    status: 200,
    schema: z
      .strictObject({ letterId: z.string(), text: z.string().nullable(), ...explained })
      .meta({ id: 'DecodedDeadLetter' }),
  },
  problems: { 404: 'no such dead letter' },
});

export const retryDeadLetter = operation({
  summary: 'Try a dead letter again',
  tag: 'dead letters',
  params,
  answer: { status: 200, schema: deadLetter },
  problems: { 404: 'no such dead letter', 409: 'it is not open' },
});

export const discardDeadLetter = operation({
  summary: 'Say that nobody needs it any more. It stays counted as rejected',
  tag: 'dead letters',
  params,
  answer: { status: 200, schema: deadLetter },
  problems: { 404: 'no such dead letter', 409: 'it is not open' },
});

/** Of a code, and a device where one is named. */
const chosen = z.strictObject({ code: z.string().min(1).max(200), device: filter });
const more = z.boolean().describe('whether there are more of them: ask again');

export const retryDeadLetters = operation({
  summary: 'Try all open dead letters of a code again, the oldest 10,000 of them at once',
  tag: 'dead letters',
  body: chosen,
  answer: { status: 200, schema: z.strictObject({ retried: z.int(), more }) },
});

export const discardDeadLetters = operation({
  summary: 'Say that nobody needs the open dead letters of a code any more, the oldest 10,000 of them at once',
  tag: 'dead letters',
  body: chosen,
  answer: { status: 200, schema: z.strictObject({ discarded: z.int(), more }) },
});

export const listQuarantine = operation({
  summary: 'Readings that may not enter the time series',
  tag: 'dead letters',
  query: z.strictObject({ device: filter, ...pageQuery }),
  answer: {
    status: 200,
    schema: pageOf(
      z
        .strictObject({
          quarantineId: z.string(),
          deviceId: z.string(),
          receivedAt: isoTime,
          deviceTime: z
            .string()
            .nullable()
            .describe('as the device said: ISO 8601, or the number of ms if it is beyond that'),
          code: z.string(),
          values,
        })
        .meta({ id: 'QuarantinedReading' }),
    ),
  },
});
