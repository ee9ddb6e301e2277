import { describe, expect, it } from 'vitest';
import { readCount, readDuration, readNames, readOneOf, readText, readTitle } from './fields.ts';
import { describeProblem } from './problem.ts';
import { YamlReader } from './yaml-reader.ts';

/** The problems of a mapping with the keys `a` and `bee`, after `read` has looked at it. */
function problemsOf(text: string, read: (reader: YamlReader, fields: Fields) => void = () => undefined): string[] {
  const reader = new YamlReader('f.yaml', text);
  const fields = reader.fields(reader.root, ['a', 'bee']);
  if (fields) read(reader, fields);
  return reader.problems.map(describeProblem);
}
type Fields = NonNullable<ReturnType<YamlReader['fields']>>;

describe('a file that people write', () => {
  it('is told the line of a mistake, and what was probably meant', () => {
    expect(problemsOf('a: 1\nbea: 2')).toEqual(["f.yaml:2: bea: expected 'bee', found the unknown key 'bea'"]);
    expect(problemsOf('a: 1\nzzzzz: 2')).toEqual([
      "f.yaml:2: zzzzz: expected one of a, bee, found the unknown key 'zzzzz'",
    ]);
    expect(problemsOf('[]')).toEqual(['f.yaml:1: expected a mapping with a, bee, found a list']);
    expect(problemsOf('a: {')[0]).toMatch(/^f\.yaml:1: expected valid YAML/);
  });

  it('says of each field what it takes', () => {
    const problem = (text: string, read: (reader: YamlReader, fields: Fields) => void) => problemsOf(text, read)[0];

    expect(problem('a: on', (r, f) => readOneOf(r, f['a']!, ['one', 'two']))).toBe(
      `f.yaml:1: a: expected one of one, two (did you mean 'one'?), found "on"`,
    );
    expect(problem('a: x', (r, f) => readOneOf(r, f['a']!, []))).toBe(
      'f.yaml:1: a: expected nothing: none is defined, found "x"',
    );
    expect(problem('a: 8', (r, f) => readCount(r, f['a']!, 1, 7))).toMatch(/a whole number from 1 to 7, found 8$/);
    expect(problem('a: 1 hour', (r, f) => readDuration(r, f['a']!))).toMatch(/an ISO 8601 duration/);
    expect(problem('a: { de: A }', (r, f) => readTitle(r, f['a']!))).toMatch(
      /a\.en: expected an English text, found nothing/,
    );
    expect(problem('a: []', (r, f) => readNames(r, f['a']!, null))).toMatch(/at least one name, found an empty list/);
    expect(problem('\n\na:', (r, f) => readText(r, f['a']!))).toBe('f.yaml:3: a: expected a text, found null');
  });

  it('is read through aliases, and refused where they or its length explode', () => {
    const reader = new YamlReader('f.yaml', 'a: &x [p, q]\nbee: *x');
    const fields = reader.fields(reader.root, ['a', 'bee'])!;
    expect(readNames(reader, fields.bee, null)).toEqual(['p', 'q']);
    expect(reader.problems).toEqual([]);
    expect(new YamlReader('f.yaml', 'x'.repeat(1_000_001)).problems).toMatchObject([
      { expected: 'at most 1000000 characters' },
    ]);
  });
});
