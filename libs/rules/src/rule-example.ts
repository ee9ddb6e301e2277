import type { AlertChange, Severity } from '@stadtfunk/maintenance';
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
  /** When it was raised. An expectation need not name it. */
  readonly severity?: Severity;
  /** How it became worse; absent: it did not. */
  readonly worsened?: readonly { readonly at: number; readonly severity: Severity }[];
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
  return [...eachExample(rules)];
}

/** The same one by one, for whoever has something else to do in between. */
export function* eachExample(rules: RuleSet): Generator<ExampleOutcome> {
  for (const rule of rules.rules) {
    const alone = new RuleSet([rule], rules.calendar);
    for (const example of rule.examples) yield outcomeOf(alone, rule, example);
  }
}

function outcomeOf(rules: RuleSet, rule: Rule, example: RuleExample): ExampleOutcome {
  const expected = example.alerts;
  const asksSeverity = expected.some(({ severity }) => severity !== undefined);
  const actual = episodesOf(evaluate(rules, example), asksSeverity);
  const passed =
    actual.length === expected.length &&
    actual.every(({ raisedAt, clearedAt, severity, worsened }, index) => {
      const other = expected[index]!;
      if (raisedAt !== other.raisedAt || clearedAt !== other.clearedAt) return false;
      return (other.severity ?? severity) === severity && risesOf(worsened) === risesOf(other.worsened);
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

function risesOf(worsened: ExampleAlert['worsened'] = []): string {
  return worsened.map(({ at, severity }) => `${at} ${severity}`).join();
}

function evaluate(rules: RuleSet, { subject, uplinks, until }: RuleExample): readonly AlertChange[] {
  const state = newState();
  const changes = uplinks.flatMap(({ receivedAt, readings }) =>
    applyUplink(rules, state, subject, receivedAt, readings),
  );
  return [...changes, ...advance(rules, state, subject, until)];
}

/** The episodes, with the severity only where somebody asks. */
function episodesOf(changes: readonly AlertChange[], asksSeverity: boolean): readonly ExampleAlert[] {
  const episodes = new Map<string, ExampleAlert>();
  for (const change of changes) {
    if (change.type === 'raise') {
      const { alertId, raisedAt, severity } = change;
      episodes.set(alertId, { raisedAt, clearedAt: null, ...(asksSeverity && { severity }) });
      continue;
    }
    const before = episodes.get(change.alertId)!;
    if (change.type === 'clear') episodes.set(change.alertId, { ...before, clearedAt: change.clearedAt });
    else {
      const rise = { at: change.worsenedAt, severity: change.severity };
      episodes.set(change.alertId, { ...before, worsened: [...(before.worsened ?? []), rise] });
    }
  }
  return [...episodes.values()];
}
