import { ASSET_TYPES } from '@stadtfunk/devices';
import { FEDERAL_STATES } from '@stadtfunk/kernel';
import { JOB_PRIORITIES, SEVERITIES } from '@stadtfunk/maintenance';
import {
  COUNTING,
  CREW_KEYS,
  DATE,
  DAYS_PATTERN,
  DEPARTMENT_KEYS,
  DEPOT_KEYS,
  ESCALATION_KEYS,
  ESCALATION_MATCH_KEYS,
  FILE_KEYS,
  HOLIDAYS,
  HOURS_KEYS,
  ID,
  JOB_KIND,
  LOCAL_MOMENT,
  LONGEST_TEXT,
  MAIL_ADDRESS,
  MATCH_KEYS,
  MOST_CLOSED,
  MOST_CREWS,
  MOST_DEPARTMENTS,
  MOST_OVERRIDES,
  MOST_PEOPLE,
  MOST_ROTAS,
  MOST_RULES,
  MOST_SERVICE_RULES,
  MOST_SHIFT_DAYS,
  MOST_SPANS,
  MOST_STEPS,
  MOST_WORKING_DAYS,
  OVERDUE_KEYS,
  OVERDUE_MATCH_KEYS,
  OVERRIDE_KEYS,
  PERSON_KEYS,
  ROTA_KEYS,
  ROUTE_KEYS,
  SERVICE_KEYS,
  SLA_KEYS,
  SPAN_KEYS,
  STEP_KEYS,
  TIME,
} from './organisation-format.ts';

type JsonSchema = { readonly [keyword: string]: unknown };

const matching = (pattern: RegExp): JsonSchema => ({ type: 'string', pattern: pattern.source });
const oneOf = (names: readonly string[]): JsonSchema => ({ type: 'string', enum: names });
const whole = (most: number): JsonSchema => ({ type: 'integer', minimum: 1, maximum: most });
const described = (description: string, schema: JsonSchema): JsonSchema => ({ description, ...schema });
const list = (items: JsonSchema, most: number, least = 0): JsonSchema => {
  return { type: 'array', minItems: least, maxItems: most, items };
};
const names = (one: JsonSchema): JsonSchema => ({ anyOf: [one, { type: 'array', minItems: 1, items: one }] });

/** A mapping with exactly these keys. What is not required may be null, as if it were not there. */
function mapping<K extends string>(
  keys: readonly K[],
  required: readonly NoInfer<K>[],
  properties: Readonly<Record<NoInfer<K>, JsonSchema>>,
): JsonSchema {
  const given = keys.map((key) => {
    const { description, ...schema } = properties[key];
    const value = required.includes(key) ? schema : { anyOf: [schema, { type: 'null' }] };
    return [key, description === undefined ? value : { description, ...value }];
  });
  return { type: 'object', additionalProperties: false, required, properties: Object.fromEntries(given) };
}

/** The same durations as `durationMs` of the kernel: of fixed length, so without months and years. */
const DURATION = matching(/^P(?:\d+W|(?=\d|T\d)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d{1,3})?S)?)?)$/);
const TEXT = { type: 'string', pattern: '\\S' };
const NAME = { type: 'string', pattern: '\\S', maxLength: LONGEST_TEXT };
const TITLE = mapping(['de', 'en'], ['de', 'en'], { de: TEXT, en: TEXT });
const ZONE = described('IANA name such as Europe/Berlin', { type: 'string' });
const DAYS_OF_WEEK = described('mon-fri, sat, or a list of such', names(matching(DAYS_PATTERN)));
const degrees = (most: number): JsonSchema => ({ type: 'number', minimum: -most, maximum: most });
const SPAN = mapping(SPAN_KEYS, SPAN_KEYS, {
  days: DAYS_OF_WEEK,
  from: matching(TIME),
  to: described('before from: on the next day', matching(TIME)),
});
const HOURS = mapping(HOURS_KEYS, ['weekly'], {
  weekly: list(SPAN, MOST_SPANS, 1),
  holidays: described('closed unless it says open', oneOf(HOLIDAYS)),
  closed: described('dates without work', list(matching(DATE), MOST_CLOSED)),
  zone: ZONE,
});
const stepsAfter = (description: string): JsonSchema =>
  list(
    mapping(STEP_KEYS, STEP_KEYS, {
      after: described(description, DURATION),
      to: described('onCall, lead, or ids of people', names(TEXT)),
    }),
    MOST_STEPS,
    1,
  );
const QUIET_HOURS = described('only what is critical is told', list(SPAN, MOST_SPANS, 1));
const MATCH = described(
  'all that are given must fit',
  mapping(MATCH_KEYS, [], {
    type: names(oneOf(ASSET_TYPES)),
    district: names(TEXT),
    severity: names(oneOf(SEVERITIES)),
    kind: names(matching(JOB_KIND)),
    priority: names(oneOf(JOB_PRIORITIES)),
    department: names(TEXT),
  }),
);

/**
 * JSON Schema (draft 2020-12) of the organisation's file, for editors. It says what can be said of one value; what takes more,
 * such as ids that others refer to, only `readOrganisation` checks.
 */
export const ORGANISATION_FILE_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Organisation of Stadtfunk',
  ...mapping(FILE_KEYS, ['version'], {
    version: { enum: ['1', 1] },
    zone: ZONE,
    federalState: oneOf(FEDERAL_STATES),
    hours: described('of departments that have none of their own', HOURS),
    quietHours: QUIET_HOURS,
    people: list(
      mapping(PERSON_KEYS, ['id', 'name'], { id: matching(ID), name: NAME, mail: matching(MAIL_ADDRESS) }),
      MOST_PEOPLE,
    ),
    rotas: list(
      mapping(ROTA_KEYS, ['id', 'start', 'shiftDays', 'people'], {
        id: matching(ID),
        start: described('local time at which the first of the people begins', matching(LOCAL_MOMENT)),
        shiftDays: whole(MOST_SHIFT_DAYS),
        people: list(TEXT, MOST_PEOPLE, 1),
        swaps: described('pairs of dates on which shifts begin that are exchanged', {
          type: 'array',
          maxItems: MOST_OVERRIDES,
          items: list(matching(DATE), 2, 2),
        }),
        overrides: list(
          mapping(OVERRIDE_KEYS, OVERRIDE_KEYS, {
            from: matching(LOCAL_MOMENT),
            to: matching(LOCAL_MOMENT),
            person: TEXT,
          }),
          MOST_OVERRIDES,
        ),
        zone: ZONE,
      }),
      MOST_ROTAS,
    ),
    departments: list(
      mapping(DEPARTMENT_KEYS, ['id', 'name'], {
        id: matching(ID),
        name: TITLE,
        crews: list(mapping(CREW_KEYS, CREW_KEYS, { id: matching(ID), name: TITLE }), MOST_CREWS),
        hours: HOURS,
        quietHours: QUIET_HOURS,
        onCall: described('id of a rota', TEXT),
        lead: described('id of a person', TEXT),
        serviceDays: described(
          'days on which tours go; Monday to Friday unless it says others',
          list(
            mapping(SERVICE_KEYS, ['days'], {
              days: DAYS_OF_WEEK,
              district: described('without one: in all that no other rule names', names(TEXT)),
            }),
            MOST_SERVICE_RULES,
          ),
        ),
        depot: described(
          'where tours begin and end',
          mapping(DEPOT_KEYS, DEPOT_KEYS, { latitude: degrees(90), longitude: degrees(180) }),
        ),
      }),
      MOST_DEPARTMENTS,
    ),
    sla: list(
      {
        ...mapping(SLA_KEYS, [], {
          for: MATCH,
          within: DURATION,
          counting: described('what the duration counts; calendar unless it says working', oneOf(COUNTING)),
          workingDays: described('until work ends on the n-th working day after', whole(MOST_WORKING_DAYS)),
        }),
        anyOf: [{ required: ['within'] }, { required: ['workingDays'] }],
      },
      MOST_RULES,
    ),
    routing: list(
      {
        ...mapping(ROUTE_KEYS, [], { for: MATCH, department: TEXT, crew: TEXT }),
        anyOf: [{ required: ['department'] }, { required: ['crew'] }],
      },
      MOST_RULES,
    ),
    escalation: list(
      mapping(ESCALATION_KEYS, ['steps'], {
        for: mapping(ESCALATION_MATCH_KEYS, [], { severity: names(oneOf(SEVERITIES)), department: names(TEXT) }),
        steps: stepsAfter('since the alert was raised'),
      }),
      MOST_RULES,
    ),
    overdue: list(
      mapping(OVERDUE_KEYS, ['steps'], {
        for: mapping(OVERDUE_MATCH_KEYS, [], { priority: names(oneOf(JOB_PRIORITIES)), department: names(TEXT) }),
        counting: described('what times of the steps count; calendar unless it says working', oneOf(COUNTING)),
        steps: stepsAfter('since the job was due'),
      }),
      MOST_RULES,
    ),
  }),
};
