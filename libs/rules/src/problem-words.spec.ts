import { describe, expect, it } from 'vitest';
import { compileRules } from './compile-rules.ts';
import { inGerman, problemSentence } from './problem-words.ts';

const rule = (when: string, more = '', examples = '') => `version: "1"
rules:
  - id: waste.full
    subject: asset
    when: ${when}
    severity: major
    title: { de: Voll, en: Full }
${more && `    ${more}\n`}${examples && `    examples:\n      - ${examples}\n`}`;

describe('what is wrong with a rule', () => {
  it('is a sentence in both languages', () => {
    const compiled = compileRules([{ file: 'a.yaml', text: rule("avg(fillingLevel, 'PT6H') > 1") }]);
    const [told] = compiled.ok ? [] : compiled.error.map(problemSentence);
    expect(told?.de).toMatch(
      /^Erwartet: eine der Funktionen mean, .* \(gemeint vielleicht: 'mean'\)\. Gefunden: 'avg'\.$/,
    );
    expect(told?.en).toMatch(/^Expected: one of the functions mean, .* \(did you mean 'mean'\?\)\. Found: 'avg'\.$/);
  });

  it.each([
    [
      'a group that waits too long',
      rule('containerFull', 'group: { by: cabinet, atLeast: 1, within: PT99H, wait: 7, share: 2 }'),
    ],
    [
      'a job that is opened again for years',
      rule('containerFull', 'job: { kind: emptying, priority: high, reopenWithin: P9999D }'),
    ],
    [
      'a due time that the condition does not know',
      rule('containerFull', 'job: { kind: emptying, priority: high, due: hoursUntilFull }'),
    ],
    ['no readings', rule('fillingLevel > 1', '', '{ name: x, readings: [], alerts: [] }')],
    [
      'an example of something else',
      rule('fillingLevel > 1', '', '{ name: x, readings: [{ at: PT0S, tilt: 1 }], alerts: [] }'),
    ],
    [
      'a value that cannot be',
      rule('fillingLevel > 1', '', '{ name: x, readings: [{ at: PT0S, fillingLevel: 85 }], alerts: [] }'),
    ],
    [
      'a flag that is a number',
      rule('containerFull', '', '{ name: x, readings: [{ at: PT0S, containerFull: 1 }], alerts: [] }'),
    ],
    ['no expectation', rule('fillingLevel > 1', '', '{ name: x, readings: [{ at: PT0S, fillingLevel: 1 }] }')],
    [
      'a moment that is none',
      rule('fillingLevel > 1', '', '{ name: x, start: soon, readings: [{ at: later, fillingLevel: 1 }], alerts: [] }'),
    ],
    [
      'a place that is none',
      rule(
        'fillingLevel > 1',
        '',
        '{ name: x, asset: { location: 7, attributes: 3, type: X }, readings: [{ at: PT0S, fillingLevel: 1 }], alerts: 3 }',
      ),
    ],
    ['an example that is none', rule('fillingLevel > 1', '', '{ }')],
    ['signs that are none', rule('fillingLevel ? 1')],
    ['a sign that CEL does not know', rule('"fillingLevel # 1"')],
    ['a text that does not end', rule('"asset.name == \'x"')],
    ['names in a list', rule('fillingLevel > 1', 'appliesTo: { district: [] }')],
    ['a title without a language', rule('fillingLevel > 1', 'titel: { de: x }')],
  ])('is told in German: %s', (_, text) => {
    const compiled = compileRules([{ file: 'a.yaml', text }]);
    const told = compiled.ok ? [] : compiled.error.flatMap(({ expected, found }) => [expected, found]);
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter((each) => inGerman(each) === undefined)).toEqual([]);
  });

  it('is told in the words of the parser where only it can say', () => {
    expect(inGerman('Nested mappings are not allowed in compact mappings')).toBeUndefined();
    expect(
      problemSentence({ expected: 'valid YAML', found: 'All collection items must start at the same column' }).de,
    ).toBe('Erwartet: gültiges YAML. Gefunden: All collection items must start at the same column.');
  });
});
