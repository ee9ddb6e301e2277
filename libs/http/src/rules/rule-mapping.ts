import {
  describeProblem,
  type ExampleAlert,
  type ExampleOutcome,
  type RuleActivity,
  type RuleBook,
  type RuleInForce,
  type RuleProblem,
  type RuleVersion,
  type RuleVersionHead,
  problemSentence,
} from '@stadtfunk/rules';
import { Problem } from '../problem.ts';
import { isoOf, isoOrNull } from '../schemas.ts';

/** Rules of a broken text are told with every mistake; more are no help. */
const MOST_PROBLEMS = 100;

export function toRuleBody(
  { rule, number }: RuleInForce,
  book: RuleBook,
  activity: RuleActivity | undefined,
  newest: RuleVersionHead | undefined,
) {
  const {
    id,
    version,
    title,
    mode = 'live' as const,
    severity,
    rises = [],
    types,
    districts,
    models,
    tags = [],
  } = rule;
  return {
    ruleId: id,
    version,
    number,
    title,
    mode,
    severity,
    worst: rises.at(-1)?.severity ?? severity,
    subject: rule.subject,
    assetTypes: [...(types ?? [])],
    districts: [...(districts ?? [])],
    models: [...(models ?? [])],
    tags: [...tags],
    department: rule.department,
    jobKind: rule.job?.kind ?? null,
    inFiles: book.base.has(id),
    draft: newest?.state === 'draft' ? newest.number : null,
    passedOver: book.passedOver.find(({ ruleId }) => ruleId === id)?.number ?? null,
    ...countsOf(id, book, activity),
  };
}

export function countsOf(id: string, book: RuleBook, activity: RuleActivity | undefined) {
  const { openAlerts = 0, fired = 0, openShadowAlerts = 0, shadowFired = 0 } = activity ?? {};
  const failed = book.rules.failures().find(({ ruleId }) => ruleId === id);
  const failures = { failures: failed?.count ?? 0, lastFailure: failed?.last ?? null };
  return { openAlerts, fired, openShadowAlerts, shadowFired, ...failures };
}

export function toHeadBody({ ruleId, number, state, ruleVersion, author, reason, savedAt, restores }: RuleVersionHead) {
  return { ruleId, number, state, ruleVersion, author, reason, savedAt: isoOf(savedAt), restores };
}

export function toVersionBody(version: RuleVersion) {
  return { ...toHeadBody(version), yaml: version.yaml };
}

export function toProblemBodies(problems: readonly RuleProblem[]) {
  return problems.slice(0, MOST_PROBLEMS).map((problem) => {
    const { line, column = 1, path, expected, found } = problem;
    return { line, column, path, expected, found, text: problemSentence(problem) };
  });
}

/** What is wrong with a text that was to be saved. */
export function brokenRule(problems: readonly RuleProblem[]): Problem {
  const errors = problems
    .slice(0, MOST_PROBLEMS)
    .map((each) => ({ path: 'body.yaml', message: describeProblem(each) }));
  const detail = problems.length === 1 ? 'the rule has a mistake' : `the rule has ${problems.length} mistakes`;
  return new Problem(400, 'rules.invalid', detail, { errors, problems: toProblemBodies(problems) });
}

export function toOutcomeBody({ example, line, passed, expected, actual }: ExampleOutcome) {
  return { name: example, line, passed, expected: expected.map(toExampleAlert), got: actual.map(toExampleAlert) };
}

function toExampleAlert({ raisedAt, clearedAt, severity, worsened = [] }: ExampleAlert) {
  return {
    raised: isoOf(raisedAt),
    cleared: isoOrNull(clearedAt),
    severity: severity ?? null,
    worsened: worsened.map(({ at, severity: to }) => ({ at: isoOf(at), to })),
  };
}
