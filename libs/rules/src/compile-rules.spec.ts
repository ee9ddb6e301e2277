import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRules } from './compile-rules.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import { describeProblem } from '@stadtfunk/yaml';
import { inGerman } from './problem-words.ts';

/** A rule file with one good rule, some of whose lines are replaced. Line 3 is the id. */
function file(changes: Readonly<Record<string, string | null>> = {}, more: readonly string[] = []): string {
  const lines: Record<string, string | null> = {
    id: '  - id: waste.full',
    subject: '    subject: asset',
    when: '    when: fillingLevel >= 0.85',
    severity: '    severity: major',
    title: '    title: { de: Voll, en: Full }',
    ...changes,
  };
  return ['version: "1"', 'rules:', ...Object.values(lines).filter((line) => line !== null), ...more].join('\n');
}

function problemsOf(text: string): string[] {
  const compiled = compileRules([{ file: 'rules/bins.yaml', text }]);
  return compiled.ok ? [] : compiled.error.map(describeProblem);
}

/** What of it a German reader is told in English. */
function untranslated(text: string): string[] {
  const compiled = compileRules([{ file: 'rules/bins.yaml', text }]);
  const told = compiled.ok ? [] : compiled.error.flatMap(({ expected, found }) => [expected, found]);
  return told.filter((each) => inGerman(each) === undefined);
}

describe('a rule file', () => {
  it('compiles to rules with all defaults', () => {
    const compiled = compileRules([{ file: 'a.yaml', text: file() }]);
    expect(compiled.ok && compiled.value.rules[0]).toMatchObject({
      id: 'waste.full',
      subject: 'asset',
      types: null,
      quantities: ['fillingLevel'],
      hold: { ms: 0 },
      clearForMs: 0,
      readings: 1,
      department: null,
      job: null,
      source: { file: 'a.yaml', line: 3 },
    });
  });

  it.each([
    [
      'an unknown key, with the one that was meant',
      file({ severity: '    severty: major' }),
      [
        "rules/bins.yaml:6: rules[0].severty: expected 'severity', found the unknown key 'severty'",
        'rules/bins.yaml:3: rules[0].severity: expected one of critical, major, minor, warning, found nothing',
      ],
    ],
    [
      'an unknown quantity, with the one that was meant',
      file({ when: '    when: fillLevel >= 0.85' }),
      [
        "rules/bins.yaml:5: rules[0].when: expected a quantity, sunAltitude, localHour, weekday, holiday, asset.…, reading.… or previous.… (did you mean 'fillingLevel'?), found 'fillLevel'",
      ],
    ],
    [
      'an unknown quantity behind `reading`',
      file({ when: '    when: has(reading.tillt)' }),
      ["rules/bins.yaml:5: rules[0].when: expected a quantity (did you mean 'tilt'?), found 'reading.tillt'"],
    ],
    [
      'a broken expression',
      file({ when: '    when: fillingLevel >=' }),
      ['rules/bins.yaml:5: rules[0].when: expected a CEL expression, found unexpected token: EOF'],
    ],
    [
      'an expression that is no condition',
      file({ when: '    when: fillingLevel * 2' }),
      ['rules/bins.yaml:5: rules[0].when: expected an expression that is true or false, found one of type double'],
    ],
    [
      'a comparison of things that cannot be compared',
      file({ when: '    when: occupancy > 3' }),
      ['rules/bins.yaml:5: rules[0].when: expected a valid CEL expression, found no such overload: bool > int'],
    ],
    [
      'a bad duration',
      file({}, ['    for: 10 minutes']),
      [
        'rules/bins.yaml:8: rules[0].for: expected an ISO 8601 duration such as PT10M or P7D (no months or years), or asset.<attribute>, found "10 minutes"',
      ],
    ],
    [
      'a missing duration beside `unchanged`',
      file({ when: '    unchanged: occupancy' }),
      [
        "rules/bins.yaml:3: rules[0].for: expected an ISO 8601 duration such as PT10M or P7D (no months or years) beside 'unchanged', found nothing",
      ],
    ],
    [
      'a missing duration beside `restart`',
      file({}, ['    restart: containerFull']),
      [
        "rules/bins.yaml:3: rules[0].for: expected an ISO 8601 duration such as PT10M or P7D (no months or years) beside 'restart', found nothing",
      ],
    ],
    [
      'a broken expression behind `restart`',
      file({}, ['    for: PT1H', '    restart: occupied']),
      [
        "rules/bins.yaml:9: rules[0].restart: expected a quantity, sunAltitude, localHour, weekday, holiday, asset.…, reading.… or previous.…, found 'occupied'",
      ],
    ],
    [
      'a missing language',
      file({ title: '    title: { de: Voll }' }),
      ['rules/bins.yaml:7: rules[0].title.en: expected an English text, found nothing'],
    ],
    [
      'two conditions at once',
      file({}, ['    unchanged: occupancy']),
      [
        'rules/bins.yaml:8: rules[0].unchanged: expected exactly one of when, unchanged and silent, found when and unchanged',
      ],
    ],
    [
      'a key without meaning',
      file({ when: '    silent: { intervals: 3 }' }, ['    clear: fillingLevel < 0.5']),
      [`rules/bins.yaml:8: rules[0].clear: expected no 'clear' beside 'silent', found "fillingLevel < 0.5"`],
    ],
    [
      'a wrong type',
      file({}, ['    readings: two', '    department: 7']),
      [
        'rules/bins.yaml:8: rules[0].readings: expected a whole number from 1 to 100, found "two"',
        'rules/bins.yaml:9: rules[0].department: expected the id of a department, or nothing, found 7',
      ],
    ],
    [
      'a wrong asset type',
      file({}, ['    appliesTo: { type: [WasteContainer, StreetLight] }']),
      [
        'rules/bins.yaml:8: rules[0].appliesTo.type[1]: expected one of WasteContainer, ParkingSpot, Streetlight, StreetlightControlCabinet (did you mean \'Streetlight\'?), found "StreetLight"',
      ],
    ],
    [
      'a bad job',
      file({}, ['    job:', '      kind: emptying', '      priority: soon', '      due: 24h']),
      [
        'rules/bins.yaml:10: rules[0].job.priority: expected one of urgent, high, normal, low, found "soon"',
        'rules/bins.yaml:11: rules[0].job.due: expected an ISO 8601 duration such as PT10M or P7D (no months or years), found "24h"',
      ],
    ],
    [
      'a regular expression, which can take for ever',
      file({ when: `    when: 'asset.name.matches("(a+)+$")'` }),
      [
        "rules/bins.yaml:5: rules[0].when: expected ==, contains, startsWith or endsWith, found 'matches', which can take for ever",
      ],
    ],
    [
      'a loop inside of a loop',
      file({ when: `    when: '[1, 2].all(a, [1, 2].exists(b, fillingLevel > 0.5))'` }),
      ["rules/bins.yaml:5: rules[0].when: expected no list of lists, found 'exists' inside of another"],
    ],
    [
      'a function that there is not',
      file({ when: `    when: "avg(fillingLevel, 'PT6H') > 0.5"` }),
      [
        "rules/bins.yaml:5: rules[0].when: expected one of the functions mean, min, max, slope, rise, fall, count, changes, share, held, hoursSince, has, size, contains, startsWith, endsWith, lowerAscii, all, exists, exists_one, filter, map, double, int, string (did you mean 'mean'?), found 'avg'",
      ],
    ],
    [
      'a function without a span',
      file({ when: '    when: mean(fillingLevel) > 0.5' }),
      ["rules/bins.yaml:5: rules[0].when: expected mean(<quantity>, 'PT6H'), found mean(double)"],
    ],
    [
      'a span that is no duration',
      file({ when: `    when: "mean(fillingLevel, '6h') > 0.5"` }),
      [
        "rules/bins.yaml:5: rules[0].when: expected an ISO 8601 duration in quotes such as 'PT6H', from PT1M to P31D, as in mean(<quantity>, 'PT6H'), found \"6h\"",
      ],
    ],
    [
      'a span that is too long',
      file({ when: `    when: "mean(fillingLevel, 'P1000D') > 0.5"` }),
      [
        "rules/bins.yaml:5: rules[0].when: expected an ISO 8601 duration in quotes such as 'PT6H', from PT1M to P31D, as in mean(<quantity>, 'PT6H'), found \"P1000D\"",
      ],
    ],
    [
      'the mean of a flag',
      file({ when: `    when: "mean(occupancy, 'PT6H') > 0.5"` }),
      [
        "rules/bins.yaml:5: rules[0].when: expected a quantity that is a number, as in mean(<quantity>, 'PT6H'), found occupancy",
      ],
    ],
    [
      'the mean of something worked out',
      file({ when: `    when: "mean(fillingLevel * 2, 'PT6H') > 0.5"` }),
      [
        "rules/bins.yaml:5: rules[0].when: expected a quantity that is a number, as in mean(<quantity>, 'PT6H'), found fillingLevel * 2",
      ],
    ],
    [
      'a number where a condition belongs',
      file({ when: `    when: "held(fillingLevel, 'PT6H')"` }),
      [
        'rules/bins.yaml:5: rules[0].when: expected an expression that is true or false in held(…), found one of type double',
      ],
    ],
    [
      'an unknown quantity inside of a question',
      file({ when: `    when: "held(tillt > 3, 'PT6H')"` }),
      [
        "rules/bins.yaml:5: rules[0].when: expected a quantity, sunAltitude, localHour, weekday, holiday, asset.…, reading.… or previous.… (did you mean 'tilt'?), found 'tillt'",
      ],
    ],
    [
      'an unknown previous value',
      file({ when: '    when: previous.fillLevel > 0.5' }),
      [
        "rules/bins.yaml:5: rules[0].when: expected a quantity (did you mean 'fillingLevel'?), found 'previous.fillLevel'",
      ],
    ],
    [
      'the age of something else',
      file({ when: '    when: hoursSince(fillingLevel) > 2' }),
      ['rules/bins.yaml:5: rules[0].when: expected hoursSince(previous.<quantity>), found fillingLevel'],
    ],
    [
      'a function of CEL that knows a clock',
      file({ when: `    when: "fillingLevel > 0.5 && timestamp('2026-01-01T00:00:00Z').getHours() > 3"` }),
      [
        "rules/bins.yaml:5: rules[0].when: expected one of the functions mean, min, max, slope, rise, fall, count, changes, share, held, hoursSince, has, size, contains, startsWith, endsWith, lowerAscii, all, exists, exists_one, filter, map, double, int, string, found 'getHours'",
      ],
    ],
    [
      'too many questions',
      file({
        when: `    when: "${Array.from({ length: 21 }, (_, n) => `count(tilt, 'PT${n + 1}M') > 5`).join(' && ')}"`,
      }),
      ['rules/bins.yaml:5: rules[0].when: expected at most 20 questions about earlier readings, found 21'],
    ],
    ['an empty file', '', ['rules/bins.yaml:1: expected a mapping with version, rules, found nothing']],
    [
      'a list where a mapping belongs',
      '- 1',
      ['rules/bins.yaml:1: expected a mapping with version, rules, found a list'],
    ],
    ['another version', 'version: "2"\nrules: []', ['rules/bins.yaml:1: version: expected version "1", found "2"']],
    [
      'rules that are no list',
      'version: "1"\nrules: 3',
      ['rules/bins.yaml:2: rules: expected a list of rules, found 3'],
    ],
  ])('with %s is told what and where', (_, text, expected) => {
    expect(problemsOf(text).sort()).toEqual([...expected].sort());
    expect(untranslated(text)).toEqual([]);
  });

  it('that is not YAML names the line', () => {
    expect(problemsOf('version: "1"\nrules:\n  - id: [a\n')[0]).toMatch(
      /^rules\/bins\.yaml:\d+: expected valid YAML, found /,
    );
    expect(problemsOf(file({ when: '    when: !occupancy' }))[0]).toMatch(/^rules\/bins\.yaml:5: expected valid YAML/);
  });

  it('names the line inside of an expression that stands on several', () => {
    const folded = ['    when: >-', '      fillingLevel >= 0.85 ||', '      tillt > 3'].join('\n');
    expect(problemsOf(file({ when: folded }))[0]).toMatch(/^rules\/bins\.yaml:7: .*did you mean 'tilt'/);
    const literal = ['    when: |', '      fillingLevel >= 0.85', '      && (', '      tillt > 3)'].join('\n');
    expect(problemsOf(file({ when: literal }))[0]).toMatch(/^rules\/bins\.yaml:8: .*did you mean 'tilt'/);
  });

  it('gets every problem of every file at once', () => {
    const compiled = compileRules([
      { file: 'a.yaml', text: file({ severity: '    severity: bad' }) },
      { file: 'b.yaml', text: file({ when: '    when: x' }) },
      { file: 'c.yaml', text: file() },
      { file: 'd.yaml', text: file() },
    ]);
    expect(compiled.ok ? [] : compiled.error.map(({ file: name, line, path }) => [name, line, path])).toEqual([
      ['a.yaml', 6, 'rules[0].severity'],
      ['b.yaml', 5, 'rules[0].when'],
      ['d.yaml', 3, 'rules[0].id'],
    ]);
  });

  it.each([
    '? \n: 1',
    'version: &a [*a]\nrules: *a',
    '? [a, b]\n: 1',
    'rules: &a [*a]',
    'rules: [null, ~, {}, []]',
    '*x',
    '%',
  ])('that is as odd as %j is told so', (text) => {
    expect(problemsOf(text)).not.toEqual([]);
  });

  it('that was damaged anywhere gives problems with lines in the file, or rules', () => {
    const texts = DEFAULT_RULES.map(({ text }) => text);
    const damaged = fc.record({
      text: fc.constantFrom(...texts),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat({ max: 12 }),
      insert: fc.oneof(
        fc.constantFrom(': ', '- ', '{', '*', '&a ', '"', '\n', '\t', '!', '? ', '||', '('),
        fc.string({ maxLength: 6 }),
      ),
    });
    fc.assert(
      fc.property(damaged, ({ text, at, cut, insert }) => {
        const index = Math.floor(at * text.length);
        const broken = text.slice(0, index) + insert + text.slice(index + cut);
        const compiled = compileRules([{ file: 'a.yaml', text: broken }]);
        if (compiled.ok) return;
        expect(compiled.error.length).toBeGreaterThan(0);
        const lines = broken.split('\n').length;
        for (const { line } of compiled.error) expect(line >= 1 && line <= lines).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('names the other place of an id that is taken', () => {
    const found = problemsOf(`${file()}\n${file().split('\n').slice(2).join('\n')}`);
    expect(found).toEqual([
      'rules/bins.yaml:8: rules[1].id: expected an id that no other rule has, found "waste.full", as in rules/bins.yaml:3',
    ]);
  });
});

describe('the version of a rule', () => {
  const versionOf = (text: string) => {
    const compiled = compileRules([{ file: 'a.yaml', text }]);
    return compiled.ok ? compiled.value.rules[0]!.version : undefined;
  };

  it('stays when only the layout changes', () => {
    expect(versionOf(`# note\n${file({ when: '    when: "fillingLevel  >=  0.85"' })}`)).toBe(versionOf(file()));
  });

  it('changes with the content', () => {
    expect(versionOf(file({ when: '    when: fillingLevel >= 0.86' }))).not.toBe(versionOf(file()));
    expect(versionOf(file({}, ['    for: PT1M']))).not.toBe(versionOf(file()));
  });
});
