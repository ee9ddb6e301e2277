import { ASSET_TYPES, LIFECYCLES } from '@stadtfunk/devices';
import { GROUP_KINDS, JOB_PRIORITIES, SEVERITIES } from '@stadtfunk/maintenance';
import { QUANTITIES, QUANTITY_NAMES } from '@stadtfunk/readings';
import { FORECAST_VARIABLES } from './language.ts';
import {
  APPLIES_TO_KEYS,
  ASSET_ATTRIBUTE,
  DEPARTMENT_ID,
  EXAMPLE_ALERT_KEYS,
  EXAMPLE_ASSET_KEYS,
  EXAMPLE_DEVICE_KEYS,
  EXAMPLE_KEYS,
  EXAMPLE_READING_KEYS,
  EXAMPLE_WORSENED_KEYS,
  GROUP_KEYS,
  JOB_KEYS,
  JOB_KIND,
  MOMENT,
  MOST_EXAMPLE_READINGS,
  MOST_EXAMPLES,
  MOST_INTERVALS,
  MOST_MEMBERS,
  MOST_READINGS,
  RULE_ID,
  RULE_KEYS,
  RULE_MODES,
  SEVERITY_STEP_KEYS,
  SILENCES,
  SILENT_KEYS,
  TEXT_KEYS,
} from './rule-format.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

const NULL = { type: 'null' };
const matching = (pattern: RegExp): JsonSchema => ({ type: 'string', pattern: pattern.source });
const oneOf = (names: readonly string[]): JsonSchema => ({ type: 'string', enum: names });
const whole = (most: number): JsonSchema => ({ type: 'integer', minimum: 1, maximum: most });
const within = (limit: number): JsonSchema => ({ type: 'number', minimum: -limit, maximum: limit });
const described = (description: string, schema: JsonSchema): JsonSchema => ({ description, ...schema });

/** A mapping with exactly these keys. What is not required may be null, as if it were not there. */
function mapping<K extends string>(
  keys: readonly K[],
  required: readonly NoInfer<K>[],
  properties: Readonly<Record<NoInfer<K>, JsonSchema>>,
): JsonSchema {
  const given = keys.map((key) => {
    const { description, ...schema } = properties[key];
    const value = required.includes(key) ? schema : { anyOf: [schema, NULL] };
    return [key, description === undefined ? value : { description, ...value }];
  });
  return { type: 'object', additionalProperties: false, required, properties: Object.fromEntries(given) };
}

const TEXT: JsonSchema = { type: 'string', pattern: '\\S' };
/** The same durations as `durationMs` of the kernel: of fixed length, so without months and years. */
const DURATION = matching(/^P(?:\d+W|(?=\d|T\d)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d{1,3})?S)?)?)$/);
const TIME: JsonSchema = { anyOf: [DURATION, matching(MOMENT)] };
const TITLE = mapping(TEXT_KEYS, TEXT_KEYS, { de: TEXT, en: TEXT });
const names = (one: JsonSchema): JsonSchema => ({ anyOf: [one, { type: 'array', minItems: 1, items: one }] });

const READING = mapping([...EXAMPLE_READING_KEYS, ...QUANTITY_NAMES], ['at'], {
  at: described('when it was observed: a duration after the start, or a moment', TIME),
  receivedAt: described('two seconds later if left out', TIME),
  ...quantities(),
});

/** Only a device that is registered and silent needs no reading. */
const SOME_READINGS = { properties: { readings: { minItems: 1 } } };

const EXAMPLE = {
  ...mapping(EXAMPLE_KEYS, ['name', 'readings', 'alerts'], {
    name: described('what the example shows', TEXT),
    start: described('a moment with its offset from UTC', matching(MOMENT)),
    asset: mapping(EXAMPLE_ASSET_KEYS, [], {
      type: oneOf(ASSET_TYPES),
      district: TEXT,
      location: {
        type: 'array',
        prefixItems: [within(180), within(90)],
        minItems: 2,
        maxItems: 2,
        description: '[longitude, latitude] in degrees',
      },
      attributes: { type: 'object' },
    }),
    device: mapping(EXAMPLE_DEVICE_KEYS, [], {
      model: TEXT,
      lifecycle: oneOf(LIFECYCLES),
      reportingInterval: DURATION,
      registered: described('since when it is registered', TIME),
    }),
    readings: { type: 'array', maxItems: MOST_EXAMPLE_READINGS, items: READING },
    until: described('how long time goes on after the last reading', TIME),
    alerts: {
      description: 'exactly the episodes that are expected; [] for none',
      type: 'array',
      items: mapping(EXAMPLE_ALERT_KEYS, ['raised'], {
        raised: TIME,
        severity: described('when it is raised', oneOf(SEVERITIES)),
        worsened: {
          description: 'every rise of the severity; absent: none',
          type: 'array',
          items: mapping(EXAMPLE_WORSENED_KEYS, ['at', 'to'], { at: TIME, to: oneOf(SEVERITIES) }),
        },
        cleared: described('absent: still open', TIME),
      }),
    },
  }),
  anyOf: [
    SOME_READINGS,
    {
      required: ['device'],
      properties: { device: { required: ['registered'], properties: { registered: { type: 'string' } } } },
    },
  ],
};

const SEVERITY_STEPS: JsonSchema = {
  type: 'array',
  minItems: 2,
  maxItems: SEVERITIES.length,
  prefixItems: [
    mapping(SEVERITY_STEP_KEYS, ['is'], { is: oneOf(SEVERITIES), after: NULL, when: NULL, priority: NULL }),
  ],
  items: {
    ...mapping(SEVERITY_STEP_KEYS, ['is'], {
      is: oneOf(SEVERITIES),
      after: described('so long after the alert was raised', DURATION),
      when: described('a condition, in the Common Expression Language', TEXT),
      priority: described("what the job's priority rises to", oneOf(JOB_PRIORITIES)),
    }),
    oneOf: [
      { required: ['after'], properties: { after: { type: 'string' }, when: NULL } },
      { required: ['when'], properties: { when: { type: 'string' }, after: NULL } },
    ],
  },
};

const JOB: JsonSchema = mapping(JOB_KEYS, ['kind', 'priority'], {
  kind: matching(JOB_KIND),
  priority: oneOf(JOB_PRIORITIES),
  due: described('a duration, or the forecast whose moment it is', { anyOf: [DURATION, oneOf(FORECAST_VARIABLES)] }),
  title: TITLE,
  reopenWithin: described('how soon the problem must be back to open the job again; a day if left out', DURATION),
  joins: described('rules whose open job takes this work in', names(matching(RULE_ID))),
});

const GROUP: JsonSchema = mapping(GROUP_KEYS, ['by', 'atLeast', 'within', 'title'], {
  by: described('what the members have in common', oneOf(GROUP_KINDS)),
  atLeast: described('how many make a group', { type: 'integer', minimum: 2, maximum: MOST_MEMBERS }),
  share: described('and which part of all that could be members', { type: 'number', exclusiveMinimum: 0, maximum: 1 }),
  within: described('within which time, and how long single jobs and notifications wait', DURATION),
  wait: described('false: single jobs and notifications do not wait', { type: 'boolean' }),
  severity: described('as the single alerts if left out', oneOf(SEVERITIES)),
  title: described('{group} becomes what they have in common', TITLE),
  job: described('as of the single alerts if left out', JOB),
});

/** Where nothing has to hold for a time, nothing can begin anew. */
const RESTARTS_A_TIME: JsonSchema = {
  anyOf: [{ properties: { restart: NULL } }, { required: ['for'], properties: { for: { type: 'string' } } }],
};

const RULE: JsonSchema = {
  ...mapping(RULE_KEYS, ['id', 'subject', 'severity', 'title'], {
    id: described('noun.reason, unique; keep it when the rule changes', matching(RULE_ID)),
    subject: oneOf(['asset', 'device']),
    appliesTo: mapping(APPLIES_TO_KEYS, [], {
      type: names(oneOf(ASSET_TYPES)),
      district: names(TEXT),
      model: names(TEXT),
      tag: described('a word among the `tags` of the asset', names(TEXT)),
    }),
    when: described('the condition, in the Common Expression Language', TEXT),
    unchanged: described('a quantity whose value must change now and then', oneOf(QUANTITY_NAMES)),
    silent: mapping(SILENT_KEYS, ['intervals'], {
      of: described(
        'contact: it is not heard (default); measurement: it is heard and measures nothing',
        oneOf(SILENCES),
      ),
      intervals: whole(MOST_INTERVALS),
      margin: DURATION,
      atLeast: DURATION,
    }),
    clear: described('the condition that ends the episode, in the Common Expression Language', TEXT),
    restart: described(
      'what says that it is another one, for which the time begins anew, in the Common Expression Language; needs for',
      TEXT,
    ),
    for: described('how long it must hold: a duration, or asset.<attribute>', {
      anyOf: [DURATION, matching(ASSET_ATTRIBUTE)],
    }),
    clearFor: described('how long the condition to clear must hold', DURATION),
    readings: described('on how many readings in a row it must hold besides', whole(MOST_READINGS)),
    severity: described('one, or steps of which each is worse', { anyOf: [oneOf(SEVERITIES), SEVERITY_STEPS] }),
    department: matching(DEPARTMENT_ID),
    job: JOB,
    mode: described('shadow: it runs live and only records what it would raise', oneOf(RULE_MODES)),
    title: TITLE,
    group: described('when many alerts are one problem, with one alert and one job', GROUP),
    examples: { type: 'array', maxItems: MOST_EXAMPLES, items: EXAMPLE },
  }),
  allOf: [RESTARTS_A_TIME],
  oneOf: [
    {
      required: ['when'],
      properties: { when: { type: 'string' }, examples: { items: SOME_READINGS }, ...none('unchanged', 'silent') },
    },
    {
      required: ['unchanged', 'for'],
      properties: {
        unchanged: { type: 'string' },
        for: { type: 'string' },
        examples: { items: SOME_READINGS },
        ...none('when', 'silent', 'clear', 'restart', 'clearFor', 'readings'),
      },
    },
    {
      required: ['silent'],
      properties: {
        silent: { type: 'object' },
        ...none('when', 'unchanged', 'clear', 'restart', 'clearFor', 'readings', 'for'),
      },
    },
  ],
};

/**
 * JSON Schema (draft 2020-12) of rule files, for editors. It says what can be said of one value; what takes more, such as
 * the language of conditions and ids that no other rule has, only `compileRules` checks.
 */
export const RULE_FILE_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Rules of Stadtfunk',
  ...mapping(['version', 'rules'], ['version', 'rules'], {
    version: { enum: ['1', 1] },
    rules: { type: 'array', items: RULE },
  }),
};

function quantities(): Record<(typeof QUANTITY_NAMES)[number], JsonSchema> {
  const schemas = QUANTITY_NAMES.map((name) => {
    const { kind, min, max, unit, label } = QUANTITIES[name];
    const range = { ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) };
    if (kind === 'flag') return [name, { description: label.en, type: 'boolean' }];
    return [name, { description: `${label.en}, ${unit}`, type: 'number', ...range }];
  });
  return Object.fromEntries(schemas) as Record<(typeof QUANTITY_NAMES)[number], JsonSchema>;
}

function none(...keys: readonly (typeof RULE_KEYS)[number][]): JsonSchema {
  return Object.fromEntries(keys.map((key) => [key, NULL]));
}
