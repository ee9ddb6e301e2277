import { DISTURBANCE_KINDS, type DisturbanceKind } from '../world/disturbance.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import {
  FAULT_KEYS,
  FLEET_KEYS,
  MOMENT,
  MOST_FAULTS,
  MOST_OF_A_KIND,
  MOST_PER_YEAR,
  SCENARIO_KEYS,
  SCENARIO_NAME,
  SHORT_KEYS,
  SIZE_KEYS,
  START,
  TARGET_KEYS,
  TARGET_ON,
  TEXT_KEYS,
  WEATHER_KEYS,
} from './scenario-format.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

const NULL = { type: 'null' };
const matching = (pattern: RegExp): JsonSchema => ({ type: 'string', pattern: pattern.source });
const oneOf = (names: readonly string[]): JsonSchema => ({ type: 'string', enum: names });
const from = (minimum: number, maximum: number): JsonSchema => ({ type: 'number', minimum, maximum });
const whole = (minimum: number, maximum: number): JsonSchema => ({ type: 'integer', minimum, maximum });
const described = (description: string, schema: JsonSchema): JsonSchema => ({ description, ...schema });
const none = (...keys: readonly string[]): JsonSchema => Object.fromEntries(keys.map((key) => [key, NULL]));

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
const TEXTS = mapping(TEXT_KEYS, TEXT_KEYS, { de: TEXT, en: TEXT });
const COUNT = whole(0, MOST_OF_A_KIND);
const SOME = {
  anyOf: SIZE_KEYS.map((key) => ({ required: [key], properties: { [key]: { type: 'integer', minimum: 1 } } })),
};

const FLEET: JsonSchema = {
  ...mapping(FLEET_KEYS, [], {
    bins: COUNT,
    parkingSpots: COUNT,
    streetLights: COUNT,
    import: described('a file with a city, in the place of these numbers', TEXT),
  }),
  anyOf: [
    { ...SOME, properties: none('import') },
    { required: ['import'], properties: { import: { type: 'string' }, ...none(...SIZE_KEYS) } },
  ],
};

const FAULT: JsonSchema = {
  ...mapping(FAULT_KEYS, ['kind'], {
    kind: described('what goes wrong', oneOf(DISTURBANCE_KINDS)),
    target: described(
      'whom it concerns; all that is given has to fit',
      mapping(TARGET_KEYS, [], {
        asset: TEXT,
        district: TEXT,
        cabinet: described('the asset id of the cabinet that feeds it', TEXT),
        model: TEXT,
        on: described('devices only: what they sit on', oneOf(TARGET_ON)),
      }),
    ),
    count: described('so many of those that fit', whole(1, MOST_OF_A_KIND)),
    share: described('such a part of those that fit', from(0, 1)),
    at: described('a duration after the start, or a moment with its offset', { anyOf: [DURATION, matching(MOMENT)] }),
    spread: described('within so long after that', DURATION),
    perYear: described('again and again, so often in a year of each', from(0, MOST_PER_YEAR)),
    for: described('how long it lasts: a duration, or the shortest and the longest', {
      anyOf: [DURATION, { type: 'array', items: DURATION, minItems: 2, maxItems: 2 }],
    }),
    with: described('what the kind is told besides', { type: 'object' }),
  }),
  allOf: [
    { anyOf: [{ properties: none('count') }, { properties: none('share') }] },
    { anyOf: [{ properties: none('perYear') }, { properties: none('at', 'spread') }] },
    ...DISTURBANCE_KINDS.map(ofKind),
  ],
};

/** What goes with one kind of fault. */
function ofKind(kind: DisturbanceKind): JsonSchema {
  const { of, parameters } = FAULT_KINDS[kind];
  const names = Object.keys(parameters);
  const given = Object.entries(parameters).map(([name, parameter]) => {
    const value = 'least' in parameter ? from(parameter.least, parameter.most) : { type: 'boolean' };
    return [name, { anyOf: [value, NULL] }];
  });
  const numbers = { type: 'object', additionalProperties: false, properties: Object.fromEntries(given) as JsonSchema };
  return {
    if: { properties: { kind: { const: kind } } },
    then: {
      properties: {
        with: names.length > 0 ? { anyOf: [numbers, NULL] } : NULL,
        ...(of !== 'device' && { target: { anyOf: [{ type: 'object', properties: none('on') }, NULL] } }),
      },
    },
  };
}

/**
 * JSON Schema (draft 2020-12) of scenario files, for editors. What takes more than one value to judge, such as a fault that begins
 * before the scenario, only the reader checks.
 */
export const SCENARIO_FILE_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A scenario of Stadtfunk',
  ...mapping(SCENARIO_KEYS, ['version', 'name', 'title', 'description', 'start', 'duration', 'fleet'], {
    version: { enum: ['1', 1] },
    name: described('as its file is called', matching(SCENARIO_NAME)),
    title: TEXTS,
    description: TEXTS,
    start: described('by the clocks of the city, or with an offset', matching(START)),
    zone: described('IANA time zone; Europe/Berlin if left out', TEXT),
    duration: DURATION,
    fleet: FLEET,
    seed: described('1 if left out', whole(0, 0xffff_ffff)),
    speed: described('how many times faster than life; as fast as it goes if left out', {
      anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { const: 'max' }],
    }),
    weather: described(
      'how it differs from what is usual then',
      mapping(WEATHER_KEYS, [], {
        warmer: described('°C', from(-40, 40)),
        snowCm: described('on the ground, all the time', from(0, 300)),
      }),
    ),
    faults: { type: 'array', maxItems: MOST_FAULTS, items: FAULT },
    short: described(
      'what stands for it where there is little time',
      mapping(SHORT_KEYS, [], {
        duration: DURATION,
        fleet: {
          ...mapping(SIZE_KEYS, [], { bins: COUNT, parkingSpots: COUNT, streetLights: COUNT }),
          ...SOME,
        },
      }),
    ),
  }),
};
