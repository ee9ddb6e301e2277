import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryRuleVersions } from './memory-rule-versions.ts';
import { openRuleBook, type RuleBook } from './rule-book.ts';
import type { RuleVersionState } from './rule-versions.ts';

const one = (id: string, when: string, more = '') =>
  `  - { id: ${id}, subject: asset, when: ${when}, severity: minor, ${more}title: { de: T, en: T } }\n`;
const file = (...rules: string[]) => `version: '1'\nrules:\n${rules.join('')}`;

const BASE = [
  { file: 'a.yaml', text: file(one('bin.full', 'fillingLevel >= 0.85'), one('bin.hot', 'temperature >= 60')) },
  { file: 'b.yaml', text: file(one('lid.open', 'coverOpen')) },
];

describe('the rules in force', () => {
  let versions: MemoryRuleVersions;
  let book: RuleBook;

  beforeEach(() => {
    versions = new MemoryRuleVersions();
    const opened = openRuleBook(BASE, {}, versions);
    if (!opened.ok) throw new Error('the rules are broken');
    book = opened.value;
  });

  async function save(ruleId: string, yaml: string, state: RuleVersionState = 'live') {
    const expected = versions.rows.filter((version) => version.ruleId === ruleId).length;
    const about = { author: 'Anna', reason: 'r', savedAt: 0, ruleVersion: null, restores: null };
    await versions.save({ ruleId, yaml, state, expected, ...about });
    await book.refresh();
  }
  const inForce = () =>
    [...book.inForce.values()].map(({ rule, number }) => `${rule.id} ${number} ${rule.mode ?? 'live'}`);
  const ids = () => book.rules.rules.map(({ id }) => id);

  it('are those of the files as long as nothing was saved', async () => {
    const before = book.rules;
    await book.refresh();
    expect(book.rules).toBe(before);
    expect(inForce()).toEqual(['bin.full 0 live', 'bin.hot 0 live', 'lid.open 0 live']);
    expect(book.inForce.get('lid.open')?.yaml).toBe(BASE[1]!.text);
  });

  it('are what was saved last, in the place of what the files say', async () => {
    const told: number[] = [];
    book.onChange(({ rules }) => told.push(rules.length));
    await save('bin.full', file(one('bin.full', 'fillingLevel >= 0.9')));
    await save('bin.cold', file(one('bin.cold', 'temperature < 0', 'mode: shadow, ')), 'shadow');
    expect(inForce()).toEqual(['bin.full 1 live', 'bin.hot 0 live', 'lid.open 0 live', 'bin.cold 1 shadow']);
    expect(book.rules.shadow.rules.map(({ id }) => id)).toEqual(['bin.cold']);
    await save('bin.full', '', 'file');
    await save('bin.hot', '', 'retired');
    expect(inForce()).toEqual(['bin.full 0 live', 'lid.open 0 live', 'bin.cold 1 shadow']);
    expect(told).toEqual([3, 4, 4, 3]);
    await save('bin.cold', '', 'file');
    expect(ids()).toEqual(['bin.full', 'lid.open']);
  });

  it('do not change by a draft, a comment or another example', async () => {
    const before = book.rules;
    await save('bin.full', file(one('bin.full', 'fillingLevel >= 0.1')), 'draft');
    await save(
      'bin.hot',
      `# Why.\n${BASE[0]!.text.split('\n').slice(0, 2).join('\n')}\n${one('bin.hot', 'temperature >= 60')}`,
    );
    expect(book.rules).toBe(before);
    expect(book.inForce.get('bin.hot')).toMatchObject({ number: 1, yaml: expect.stringMatching(/^# Why/) as string });
  });

  it('change by the mode alone', async () => {
    await save('bin.hot', file(one('bin.hot', 'temperature >= 60', 'mode: shadow, ')), 'shadow');
    expect(book.rules.live.rules.map(({ id }) => id)).toEqual(['bin.full', 'lid.open']);
    expect(book.rules.shadow.rules.map(({ id }) => id)).toEqual(['bin.hot']);
  });

  it('pass over a version that cannot be read, and take no other rule with it', async () => {
    await save('bin.full', file(one('bin.full', 'fillingLevel >= 0.9')));
    await save('lid.open', file(one('lid.open', 'coverAjar')));
    await save('bin.full', file(one('bin.fuller', 'fillingLevel >= 0.95')));
    await save('bin.full', file(one('bin.full', 'fillingLevel >= 0.97', 'mode: shadow, ')));
    await save('bin.hot', file(one('bin.hot', 'temperature >= 70')));
    expect(inForce()).toEqual(['bin.full 1 live', 'bin.hot 1 live', 'lid.open 0 live']);
    expect(book.passedOver).toMatchObject([
      { ruleId: 'bin.full', number: 3, problems: [{ found: 'bin.full (shadow)' }] },
      { ruleId: 'lid.open', number: 1, problems: [{ found: "'coverAjar'" }] },
    ]);
    await save('lid.open', file(one('lid.open', 'coverOpen == false')));
    expect(book.passedOver).toHaveLength(1);
  });

  it('keep the count of failures of the rules that stay', async () => {
    const hot = book.rules.find('bin.hot');
    await save('bin.full', file(one('bin.full', 'fillingLevel >= 0.9')));
    expect(book.rules.find('bin.hot')).toBe(hot);
  });

  it('as rule files are the same rules again', async () => {
    await save('bin.full', file(one('bin.full', 'fillingLevel >= 0.9', 'mode: shadow, ')), 'shadow');
    const again = openRuleBook(book.sources(), {}, new MemoryRuleVersions());
    const said = (rules: RuleBook['rules']) => rules.rules.map(({ id, version, mode }) => [id, version, mode]);
    expect(again.ok && said(again.value.rules)).toEqual(said(book.rules));
  });

  it('see what is saved while they look', async () => {
    const yaml = file(one('bin.full', 'fillingLevel >= 0.9'));
    const looking = book.refresh();
    const about = { author: 'Anna', reason: 'r', savedAt: 0, ruleVersion: null, restores: null };
    await versions.save({ ruleId: 'bin.full', yaml, state: 'live', expected: 0, ...about });
    await Promise.all([book.refresh(), book.refresh()]);
    await looking;
    expect(book.inForce.get('bin.full')?.number).toBe(1);
  });

  it('of a text are exactly one', () => {
    expect(book.check(file(one('a.b', 'coverOpen')))).toMatchObject({ ok: true, value: { id: 'a.b' } });
    const two = file(one('a.b', 'coverOpen'), one('a.c', 'coverOpen'));
    expect(book.check(two)).toMatchObject({ error: [{ line: 4, expected: 'exactly one rule', found: '2' }] });
    expect(book.check(`version: '1'\nrules: []\n`)).toMatchObject({ error: [{ found: '0' }] });
    expect(book.check('rules: [')).toMatchObject({ ok: false });
  });
});
