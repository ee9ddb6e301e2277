import { expect, it } from 'vitest';
import { RuleBench, rulesOf, subjectOf } from './testing.ts';

const T0 = Date.UTC(2026, 9, 20, 9);

it('counts the conditions that fail, by rule, and lets the other rules judge', () => {
  const rule = (id: string, when: string) =>
    `  - { id: ${id}, subject: asset, severity: major, when: '${when}', title: { de: x, en: x } }`;
  const rules = rulesOf(
    [
      'version: "1"',
      'rules:',
      rule('poison.division', 'fillingLevel > 0.0 && 1 / 0 > 0'),
      rule('poison.absent', 'tilt > 45'),
      rule('waste.full', 'fillingLevel >= 0.85'),
    ].join('\n'),
  );
  expect(rules.failures()).toEqual([]);
  const bench = new RuleBench(rules, subjectOf('WasteContainer'));
  const changes = [0.5, 0.9].flatMap((fillingLevel, hour) => bench.hear(T0 + hour * 3_600_000, { fillingLevel }));
  expect(changes).toMatchObject([{ type: 'raise', ruleId: 'waste.full' }]);
  // What lacks a quantity has not failed.
  expect(rules.failures()).toEqual([
    { ruleId: 'poison.division', count: 2, last: expect.stringMatching(/zero/i) as string },
  ]);
});

it('counts failures of a condition inside of a question too', () => {
  const rules = rulesOf(
    `version: "1"\nrules:\n  - { id: a.b, subject: asset, severity: major, when: "held(1 / 0 > 0 && fillingLevel > 0, 'PT1H')", title: { de: x, en: x } }\n`,
  );
  const bench = new RuleBench(rules, subjectOf('WasteContainer'));
  bench.hear(T0, { fillingLevel: 0.5 });
  expect(rules.failures()).toMatchObject([{ ruleId: 'a.b', count: 1 }]);
});
