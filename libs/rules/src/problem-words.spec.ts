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

  it.each([
    ['a line that is not indented as its neighbours', 'rules:\n  a: 1\n b: 2\n', 3, 'eine Einrückung, die nicht'],
    ['a tabulator', 'rules:\n\t- id: a\n', 2, 'einen Tabulator; eingerückt wird mit Leerzeichen'],
    ['a key that stands twice', 'version: "1"\nversion: "1"\n', 2, 'einen Schlüssel, der hier schon einmal steht'],
    ['a colon in a text', 'rules: Achtung: voll\n', 1, 'einen zweiten Doppelpunkt in der Zeile'],
    ['a quote without its end', 'version: "1\n', 2, 'ein fehlendes Zeichen'],
    ['a text that begins with a sign', 'version: @1\n', 1, 'einen Text, der mit einem Sonderzeichen beginnt'],
  ])('is told in German with its line where the text is no YAML: %s', (_, text, line, words) => {
    const compiled = compileRules([{ file: 'a.yaml', text }]);
    const told = compiled.ok ? [] : compiled.error.filter(({ parserCode }) => parserCode !== undefined);
    expect(told.map((problem) => [problem.line, problemSentence(problem).de])).toContainEqual([
      line,
      expect.stringMatching(new RegExp(`^Erwartet: gültiges YAML\\. Gefunden: ${words}`)),
    ]);
  });

  it('is told in the words of the parser of expressions where only it can say', () => {
    expect(inGerman('the words of somebody else')).toBeUndefined();
    expect(problemSentence({ expected: 'a text', found: 'the words of somebody else' }).de).toBe(
      'Erwartet: ein Text. Gefunden: the words of somebody else.',
    );
  });
});
