import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { repository, run } from './tools.ts';

interface Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
interface AlertTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
  }[];
}

const rulesFile = join(repository, 'infra/prometheus/stadtfunk.rules.yml');
const testsFile = join(repository, 'test/infra/alerts.test.yml');
const { groups } = parse(readFileSync(rulesFile, 'utf8')) as { groups: readonly { rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

describe('the alert rules', () => {
  it.each(['prometheus.yml', 'kubernetes-scrape.yml'])('are taken by promtool, with %s', (name) => {
    const checked = run('promtool', ['check', 'config', '--syntax-only', join(repository, 'infra/prometheus', name)]);
    expect(checked.status, checked.output).toBe(0);
    const linted = run('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', rulesFile]);
    expect(linted.status, linted.output).toBe(0);
  });

  it('are quiet first and fire then, each one in a test of promtool', () => {
    const tested = run('promtool', ['test', 'rules', testsFile]);
    expect(tested.status, tested.output).toBe(0);
    const { tests } = parse(readFileSync(testsFile, 'utf8')) as AlertTests;
    const expectations = tests.flatMap((test) => test.alert_rule_test);
    const named = (fires: boolean) =>
      expectations
        .filter(({ exp_alerts }) => exp_alerts.length > 0 === fires)
        .map(({ alertname }) => alertname)
        .sort();
    const all = rules.map(({ alert }) => alert).sort();
    expect({ firing: named(true), quiet: named(false) }).toEqual({ firing: all, quiet: all });
  });

  it('say how bad it is, what is wrong and what to do', () => {
    for (const { alert, labels, annotations } of rules) {
      expect(['critical', 'warning'], alert).toContain(labels['severity']);
      expect(Object.keys(annotations).sort(), alert).toEqual(['action', 'summary']);
    }
  });
});
