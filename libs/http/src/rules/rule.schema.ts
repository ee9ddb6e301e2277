import { ASSET_TYPES } from '@stadtfunk/devices';
import { RULE_VERSION_STATES } from '@stadtfunk/rules';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { isoTime, note, pageOf, pageQuery, severity, text } from '../schemas.ts';

const counts = {
  openAlerts: z.int(),
  fired: z.int().describe('alerts raised in the last 7 days, those of groups not among them'),
  openShadowAlerts: z.int(),
  shadowFired: z.int().describe('the same of shadow alerts'),
  failures: z.int().describe('readings for which its condition failed since this process was started'),
  lastFailure: z.string().nullable(),
};

const mode = z.enum(['live', 'shadow']).describe('shadow: it only records, see /api/v1/shadow-alerts');
const number = z.int().min(0).describe('of the saved version; 0: it stands in the rule files');

export const rule = z
  .strictObject({
    ruleId: z.string(),
    version: z.string().describe('changes with the content of the rule; alerts name it'),
    number,
    title: text,
    mode,
    severity: severity.describe('when it is raised'),
    worst: severity.describe('what it can rise to'),
    subject: z.enum(['asset', 'device']),
    assetTypes: z.array(z.enum(ASSET_TYPES)).describe('empty: it watches devices, whatever they sit on'),
    districts: z.array(z.string()),
    models: z.array(z.string()),
    tags: z.array(z.string()),
    department: z.string().nullable().describe("null: the asset's own, or iot for a device"),
    jobKind: z.string().nullable(),
    inFiles: z.boolean().describe('the rule files have it, so that their version can be restored'),
    draft: z.int().nullable().describe('number of a draft that is newer; null: there is none'),
    passedOver: z.int().nullable().describe('number of a saved version that cannot be read; an older one holds'),
    ...counts,
  })
  .meta({ id: 'Rule' });

const state = z.enum(RULE_VERSION_STATES);

const head = {
  ruleId: z.string(),
  number: z.int(),
  state: state.describe('file: what the rule files say holds again'),
  ruleVersion: z.string().nullable().describe('the version that alerts name'),
  author: z.string(),
  reason: z.string(),
  savedAt: isoTime,
  restores: z.int().nullable().describe('the number of the version that it brings back; 0: that of the rule files'),
};
export const ruleVersionHead = z.strictObject(head).meta({ id: 'RuleVersionHead' });
export const ruleVersion = z.strictObject({ ...head, yaml: z.string() }).meta({ id: 'RuleVersion' });

const problem = z
  .strictObject({
    line: z.int(),
    column: z.int(),
    path: z.string().describe('such as rules[0].when'),
    expected: z.string(),
    found: z.string(),
    text: text.describe('the same as a sentence'),
  })
  .meta({ id: 'RuleProblem' });

const plain = z.record(z.string(), z.unknown()).describe('the rule as it is written, keys as in rule files');

const ruleId = z.string().min(1).max(128);
const params = z.strictObject({ ruleId });
export const ruleText = z.string().min(1).max(200_000).describe('a rule file with this one rule');
const expected = z.int().min(0).max(1_000_000).describe('the newest version that was seen; 0: there was none');

export const listRules = operation({
  summary: 'The rules in force, with what they did lately',
  tag: 'rules',
  answer: {
    status: 200,
    schema: pageOf(rule).extend({
      resting: z
        .array(ruleVersionHead.extend({ title: text.nullable() }))
        .describe('rules that are not in force: retired ones, and drafts of new ones'),
    }),
  },
});

export const readRule = operation({
  summary: 'A rule: its text, its content, its versions',
  tag: 'rules',
  params,
  answer: {
    status: 200,
    schema: z.strictObject({
      ruleId: z.string(),
      mode: mode.nullable().describe('null: it is not in force'),
      title: text.nullable(),
      version: z.string().nullable(),
      number: number.nullable().describe('of the version in force; null: none is'),
      newest: z.int().describe('what a new version has to expect; 0: none was ever saved'),
      yaml: z.string().describe('the text in force; of a rule that is not in force, its newest'),
      rule: plain.nullable(),
      inFiles: z.strictObject({ yaml: z.string(), version: z.string() }).nullable(),
      draft: ruleVersion.nullable().describe('the newest version, if it is a draft'),
      passedOver: z.strictObject({ number: z.int(), problems: z.array(problem) }).nullable(),
      ...counts,
    }),
  },
  problems: { 404: 'there is no such rule' },
});

export const readRuleSchema = operation({
  summary: 'JSON Schema of rule files, for editors',
  tag: 'rules',
  answer: { status: 200, schema: z.looseObject({ $schema: z.string(), title: z.string() }) },
});

export const checkRule = operation({
  summary: 'What is wrong with the text of a rule. Changes nothing',
  tag: 'rules',
  audited: 'never',
  body: z.strictObject({ yaml: z.string().max(200_000) }),
  answer: {
    status: 200,
    schema: z.strictObject({
      problems: z.array(problem).describe('all of them, in the order of the text; empty: it is fine'),
      ruleId: z.string().nullable(),
      version: z.string().nullable(),
      rule: plain.nullable(),
      examples: z.int(),
    }),
  },
});

const exampleAlert = z.strictObject({
  raised: isoTime,
  cleared: isoTime.nullable().describe('null: open at the end'),
  severity: severity.nullable().describe('null: nobody asks'),
  worsened: z.array(z.strictObject({ at: isoTime, to: severity })),
});
export const exampleOutcome = z
  .strictObject({
    name: z.string(),
    line: z.int(),
    passed: z.boolean(),
    expected: z.array(exampleAlert),
    got: z.array(exampleAlert),
  })
  .meta({ id: 'ExampleOutcome' });

export const runRuleExamples = operation({
  summary: 'Runs the examples of a rule through the evaluator that runs live. Changes nothing',
  tag: 'rules',
  audited: 'never',
  body: z.strictObject({ yaml: z.string().max(200_000) }),
  answer: {
    status: 200,
    schema: z.strictObject({ problems: z.array(problem), examples: z.array(exampleOutcome) }),
  },
});

export const listRuleVersions = operation({
  summary: 'The saved versions of a rule, newest first',
  tag: 'rules',
  params,
  query: z.strictObject({ ...pageQuery, after: z.coerce.number().int().min(1).exactOptional() }),
  answer: { status: 200, schema: pageOf(ruleVersionHead) },
});

export const readRuleVersion = operation({
  summary: 'A saved version of a rule',
  tag: 'rules',
  params: z.strictObject({ ruleId, number: z.coerce.number().int().min(1) }),
  answer: { status: 200, schema: ruleVersion },
  problems: { 404: 'there is no such version' },
});

const refusals = {
  400: 'the request or the rule is wrong; `problems` has every mistake of the rule with its place',
  404: 'there is no such rule, or no such version',
  409: '`rule.conflict`: somebody has saved another version meanwhile; `newest` says which',
  422: '`rule.examplesFailed`: the rule does not do what its examples say; `examples` has them',
};

export const saveRuleVersion = operation({
  summary: 'Saves a version of a rule. All processes take what is no draft within seconds',
  tag: 'rules',
  params,
  body: z
    .strictObject({
      yaml: ruleText.exactOptional().describe('for `retired`: as it is, if left out'),
      state: z.enum(['draft', 'shadow', 'live', 'retired']).describe('a draft may be wrong'),
      reason: note,
      expected,
    })
    .refine(({ state, yaml }) => state === 'retired' || yaml !== undefined, { path: ['yaml'], message: 'is missing' }),
  answer: { status: 201, schema: ruleVersion },
  problems: refusals,
});

export const restoreRuleVersion = operation({
  summary: 'Brings a version of a rule back, as a new one',
  tag: 'rules',
  params,
  body: z.strictObject({
    number: z.int().min(0).max(1_000_000).describe('0: what the rule files say'),
    state: z.enum(['draft', 'shadow', 'live']).exactOptional().describe('as it was, if left out'),
    reason: note,
    expected,
  }),
  answer: { status: 201, schema: ruleVersion },
  problems: refusals,
});
