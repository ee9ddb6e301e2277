import { z } from 'zod';
import { isoTime, severity } from '../schemas.ts';
import { values } from '../readings/reading.schema.ts';

const explainedValue = z.union([z.number(), z.boolean(), z.string()]);
const duration = z.string().meta({ format: 'duration' });

const term = z
  .strictObject({
    text: z.string().describe('as it stands in the rule'),
    answer: z.boolean().nullable().describe('null: the reading did not answer it'),
    values: z.record(z.string(), explainedValue).describe('what it names'),
    threshold: z
      .strictObject({
        value: explainedValue,
        operator: z.enum(['<', '<=', '>', '>=', '==', '!=']),
        limit: explainedValue,
      })
      .nullable()
      .describe('value operator limit, such as 0.93 >= 0.85'),
  })
  .meta({ id: 'ExplainedTerm', description: 'The smallest part of a condition that is true or false by itself' });

const decided = {
  ruleVersion: z.string(),
  since: isoTime.describe('since when the condition held'),
  for: duration.describe('how long it had to hold'),
  readings: z
    .array(z.strictObject({ observedAt: isoTime, receivedAt: isoTime, values }))
    .describe('that decided, oldest first'),
  conditions: z.array(
    z.strictObject({
      text: z.string(),
      holds: z.boolean().describe('also by an earlier reading, where the last one does not answer it'),
      terms: z.array(term),
    }),
  ),
};

const decision = z
  .strictObject(decided)
  .meta({ id: 'Decision', description: 'A decision of a rule, and what it rests on' });

export const explanation = z
  .strictObject({
    raised: decision,
    worsened: z.array(z.strictObject({ severity, at: isoTime, ...decided })).describe('every rise of the severity'),
    clears: z
      .strictObject({ text: z.string(), for: duration.describe('how long it has to hold'), terms: z.array(term) })
      .describe('what would clear it, and how that stood when it was raised'),
    cleared: decision.nullable().describe('null: it is open, or nothing that was measured cleared it'),
  })
  .meta({ id: 'Explanation', description: 'Why an alert was raised, became worse and was cleared' });
