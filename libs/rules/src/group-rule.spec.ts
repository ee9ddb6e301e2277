import { describe, expect, it } from 'vitest';
import { compileRules } from './compile-rules.ts';
import { RuleBench, rulesOf, subjectOf } from './testing/rule-bench.ts';

const NOON = Date.UTC(2026, 10, 21, 12);

const ruleWith = (group: string) => `
version: '1'
rules:
  - id: light.lampFailure
    subject: asset
    when: lampFailure
    severity: major
    job: { kind: repair, priority: normal, due: P3D }
    title: { de: 'Lampe aus', en: 'Lamp failed' }
    group: ${group}
`;
const GROUP = `{ by: cabinet, atLeast: 10, share: 0.5, within: PT15M, severity: critical, title: { de: 'Schaltschrank {group}', en: 'Cabinet {group}' } }`;

const raiseOf = (group: string, subject: Parameters<typeof subjectOf>[1]) =>
  new RuleBench(rulesOf(ruleWith(group)), subjectOf('Streetlight', subject)).hear(NOON, { lampFailure: true })[0];

describe('a rule that groups', () => {
  it('says with its alerts what they may have in common, and what then stands for all of them', () => {
    expect(raiseOf(GROUP, { attributes: { refStreetlightControlCabinet: 'C-12' } })).toMatchObject({
      type: 'raise',
      grouping: {
        by: 'cabinet',
        value: 'C-12',
        atLeast: 10,
        share: 0.5,
        withinMs: 900_000,
        severity: 'critical',
        title: { de: 'Schaltschrank C-12', en: 'Cabinet C-12' },
        job: {
          kind: 'repair',
          priority: 'normal',
          dueMs: 259_200_000,
          title: { de: 'Schaltschrank C-12' },
          department: 'lighting',
        },
      },
    });
  });

  it('has a lamp stand for itself of which nobody knows the cabinet', () => {
    expect(raiseOf(GROUP, { attributes: {} })).not.toHaveProperty('grouping');
    expect(raiseOf(GROUP, { attributes: { refStreetlightControlCabinet: 12 } })).not.toHaveProperty('grouping');
  });

  it.each([
    ['circuit', { attributes: { refStreetlightControlCabinet: 'C-12', circuit: '3' } }, 'C-12/3'],
    ['radioCell', { attributes: { radioCell: '54321-7' } }, '54321-7'],
    ['district', { asset: { district: 'Nord' } }, 'Nord'],
    ['model', {}, 'stadtfunk-json'],
    ['firmware', { attributes: { firmwareVersion: '1.4' } }, 'stadtfunk-json 1.4'],
  ])('groups by %s', (by, subject, value) => {
    const group = `{ by: ${by}, atLeast: 3, within: PT1H, wait: false, title: { de: A, en: A } }`;

    expect(raiseOf(group, subject)).toMatchObject({ grouping: { by, value, atOnce: true } });
  });

  it.each([
    ['{ by: street, atLeast: 3, within: PT1H, title: { de: A, en: A } }'],
    ['{ by: cabinet, atLeast: 1, within: PT1H, title: { de: A, en: A } }'],
    ['{ by: cabinet, atLeast: 3, within: P2D, title: { de: A, en: A } }'],
    ['{ by: cabinet, atLeast: 3, within: PT1H, share: 1.5, title: { de: A, en: A } }'],
    ['{ by: cabinet, atLeast: 3, within: PT1H, wait: never, title: { de: A, en: A } }'],
    ['{ by: cabinet, atLeast: 3, within: PT1H }'],
  ])('is refused when it says %s', (group) => {
    expect(compileRules([{ file: 'a.yaml', text: ruleWith(group) }]).ok).toBe(false);
  });
});
