import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PERMISSIONS } from '@stadtfunk/accounts';
import { describe, expect, it } from 'vitest';
import { IMPORT_ERRORS } from '../assets/texts.ts';
import { ApiError } from './problem.ts';
import { detailIn, GERMAN, technicalDetailIn } from './problem-texts.ts';

describe('why something was refused', () => {
  it('is told in the language of the page, with the names and numbers that it is about', () => {
    const noAsset = new ApiError(422, 'asset.unknown', "there is no asset 'bin-99'");
    expect(detailIn('de', noAsset)).toBe('Es gibt kein Objekt „bin-99“.');
    expect(detailIn('en', noAsset)).toBe("there is no asset 'bin-99'");
    const failed = new ApiError(422, 'rule.examplesFailed', '1 of 3 examples of the rule fail');
    expect(detailIn('de', failed)).toBe('1 von 3 Beispielen der Regel stimmen nicht.');
  });

  it('names the fields that do not fit, and gives what the API says of them apart', () => {
    const errors = [
      { path: 'body.dueAt', message: 'must be a time' },
      { path: 'body.title', message: 'Too small' },
    ];
    const error = new ApiError(400, 'request.invalid', 'body.dueAt: must be a time', { errors });
    expect(detailIn('de', error)).toBe('Diese Angaben passen nicht: dueAt, title.');
    expect(technicalDetailIn('de', error)).toBe('body.dueAt: must be a time');
    expect(technicalDetailIn('en', error)).toBeNull();
  });

  it("is never told in English on a German page, and never with a hole in it: the API's own words stand apart", () => {
    const refusals = [
      new ApiError(422, 'thing.new', 'something new'),
      new ApiError(422, 'asset.unknown', 'no names here'),
      new ApiError(503, 'telemetry.unavailable', 'it is away'),
    ];
    expect(refusals.map((error) => detailIn('de', error))).toEqual([
      'Der Server nimmt das nicht an (thing.new).',
      'Der Server nimmt das nicht an (asset.unknown).',
      expect.stringMatching(/gerade nicht erreichbar/u),
    ]);
    expect(refusals.map((error) => technicalDetailIn('de', error))).toEqual(refusals.map(({ detail }) => detail));
    expect(technicalDetailIn('de', new ApiError(422, 'shelf.tooLong', 'an alert is shelved for 30 days'))).toBeNull();
  });
});

/** Where the API's refusals are made: its own, and those of what it asks. */
const SOURCES = [
  'http',
  'accounts',
  'backtest',
  'handover',
  'maintenance',
  'oidc',
  'organisation',
  'postgres',
  'rules',
];
/** In quotes like a code, and none: file names, places within a body. */
const NO_CODE = /\.(?:html|csv|yaml|mjs)$|^body\.(?:rules|yaml)$/u;
/** Made there, and told to nobody who looks at a page. */
const NOT_FOR_PAGES: Readonly<Record<string, string>> = {
  'handover.busy': 'to the log, and tried again',
  'handover.denied': 'to the other system, which is no person',
  'handover.replayed': 'to the other system',
  'handover.unknownReference': 'to the other system',
  'handover.unknownTarget': 'to the other system',
  'handover.unreadable': 'to the other system',
  'recording.invalid': 'by the command line',
  'rules.defect': 'to the log',
};

describe('the German texts of refusals', () => {
  const made = codesIn(SOURCES);

  it('are there for every code that the API can answer', () => {
    expect(made.size).toBeGreaterThan(100);
    const untold = [...made].filter(
      (code) => !Object.hasOwn(GERMAN, code) && !Object.hasOwn(IMPORT_ERRORS, code) && !(code in NOT_FOR_PAGES),
    );
    expect(untold).toEqual([]);
  });

  it('are there for no code that nobody makes any more', () => {
    expect(Object.keys(GERMAN).filter((code) => !made.has(code))).toEqual([]);
    expect(Object.keys(NOT_FOR_PAGES).filter((code) => !made.has(code))).toEqual([]);
  });
});

/** All codes that the sources of these libs hold: what `libs/http` has in quotes and is no permission; elsewhere what a failure is made with. */
function codesIn(libs: readonly string[]): ReadonlySet<string> {
  const codes = new Set<string>();
  const add = (source: string, pattern: RegExp, asCode = (word: string) => word) => {
    for (const [, word] of source.matchAll(pattern)) codes.add(asCode(word!));
  };
  for (const lib of libs) {
    for (const source of sourcesOf(lib)) {
      add(source, /(?:\bfail\(\s*|\bcode:\s*|\|\s*)'([a-z]\w*\.[a-z]\w*)'/gu);
      if (lib !== 'http') continue;
      add(source, /'([a-z]\w*\.[a-z]\w*)'/gu);
      add(source, /\bfound\([^;]*?,\s*'(\w+)',/gu, (noun) => `${noun}.unknown`);
    }
  }
  const isPermission = (code: string) => (PERMISSIONS as readonly string[]).includes(code);
  return new Set([...codes].filter((code) => !isPermission(code) && !NO_CODE.test(code)));
}

function sourcesOf(lib: string): readonly string[] {
  const folder = resolve('libs', lib, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !/(?:^|\/)testing(?:\.ts|\/)/u.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
