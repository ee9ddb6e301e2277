import type { AlertChange } from '@stadtfunk/maintenance';
import type { Reading } from '@stadtfunk/readings';
import { newState } from './device-state.ts';
import { advance, applyUplink } from './evaluator.ts';
import { RuleSet } from './rule-set.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { Rule } from './rule.ts';

/** An episode, UTC ms in event time; `clearedAt` null: it is open at the end. */
export interface ExampleAlert {
  readonly raisedAt: number;
  readonly clearedAt: number | null;
}

export interface ExampleUplink {
  readonly receivedAt: number;
  /** None: a contact that says nothing. */
  readonly readings: readonly Reading[];
}

/** What a rule has to make of what one device sends. Stands beside the rule and is no part of its version. */
export interface RuleExample {
  readonly name: string;
  readonly subject: RuleSubject;
  /** In the order of their reception; at least one. */
  readonly uplinks: readonly ExampleUplink[];
  /** Until when time goes on, UTC ms. */
  readonly until: number;
  /** What is expected: exactly these episodes, none if empty. */
  readonly alerts: readonly ExampleAlert[];
  /** Line in the rule file. */
  readonly line: number;
}

export interface ExampleOutcome {
  readonly ruleId: string;
  readonly ruleVersion: string;
  readonly example: string;
  readonly file: string;
  readonly line: number;
  readonly passed: boolean;
  readonly expected: readonly ExampleAlert[];
  readonly actual: readonly ExampleAlert[];
}

/** Runs every example through the evaluator that runs live, each with its rule alone. */
export function runExamples(rules: RuleSet): readonly ExampleOutcome[] {
  return rules.rules.flatMap((rule) => {
    const alone = new RuleSet([rule], rules.calendar);
    return rule.examples.map((example) => outcomeOf(alone, rule, example));
  });
}

function outcomeOf(rules: RuleSet, rule: Rule, example: RuleExample): ExampleOutcome {
  const actual = episodesOf(evaluate(rules, example));
  const expected = example.alerts;
  const passed =
    actual.length === expected.length &&
    actual.every(({ raisedAt, clearedAt }, index) => {
      const other = expected[index]!;
      return raisedAt === other.raisedAt && clearedAt === other.clearedAt;
    });
  const { id: ruleId, version: ruleVersion, source } = rule;
  return {
    ruleId,
    ruleVersion,
    example: example.name,
    file: source.file,
    line: example.line,
    passed,
    expected,
    actual,
  };
}

function evaluate(rules: RuleSet, { subject, uplinks, until }: RuleExample): readonly AlertChange[] {
  const state = newState();
  const changes = uplinks.flatMap(({ receivedAt, readings }) =>
    applyUplink(rules, state, subject, receivedAt, readings),
  );
  return [...changes, ...advance(rules, state, subject, until)];
}

function episodesOf(changes: readonly AlertChange[]): readonly ExampleAlert[] {
  const episodes = new Map<string, ExampleAlert>();
  for (const change of changes) {
    if (change.type === 'raise') episodes.set(change.alertId, { raisedAt: change.raisedAt, clearedAt: null });
    else if (change.type === 'clear') {
      const { raisedAt } = episodes.get(change.alertId)!;
      episodes.set(change.alertId, { raisedAt, clearedAt: change.clearedAt });
    }
  }
  return [...episodes.values()];
}
