import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kindText } from './job-kinds.ts';

const RULES = new URL('../../../../libs/rules/default-rules/', import.meta.url);

it('has a name for every kind of work that the rules that come along ask for', () => {
  const texts = readdirSync(RULES)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(new URL(name, RULES), 'utf8'));
  const kinds = texts.flatMap((text) => [...text.matchAll(/\bkind: (\w+)/gu)].map(([, kind = '']) => kind));
  expect(kinds).toContain('emptying');
  expect(kinds.filter((kind) => kindText(kind) === undefined)).toEqual([]);
});

it('knows none for a kind of the city’s own', () => {
  expect(kindText('gritting')).toBeUndefined();
});
