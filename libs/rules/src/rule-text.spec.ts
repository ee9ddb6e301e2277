import { describe, expect, it } from 'vitest';
import { DEFAULT_CALENDAR } from './calendar.ts';
import { compileRules } from './compile-rules.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import { plainRule, textOfRule, withMode } from './rule-text.ts';
import { rulesOf } from './testing.ts';

const RULE = `version: '1'
rules:
  # Why this number.
  - id: bin.hot # noun.reason
    subject: asset
    when: temperature >= 60 # degrees
    severity: major
    title: { de: Heiß, en: Hot }
`;

describe('the text of a rule', () => {
  it('is a file of its own that means the same, for every bundled rule, with its comments', () => {
    const compiled = compileRules(DEFAULT_RULES);
    if (!compiled.ok) throw new Error('the bundled rules are broken');
    for (const rule of compiled.value.rules) {
      const source = DEFAULT_RULES.find(({ file }) => file === rule.source.file)!;
      const alone = rulesOf(textOfRule(source, rule, DEFAULT_CALENDAR));
      expect(
        alone.rules.map(({ id, version, examples }) => [id, version, examples.length]),
        rule.id,
      ).toEqual([[rule.id, rule.version, rule.examples.length]]);
    }
    const full = compiled.value.find('waste.full')!;
    const text = textOfRule(DEFAULT_RULES[0]!, full, DEFAULT_CALENDAR);
    expect(text).toMatch(/^version: '1'\nrules:\n {2}# Collection is planned a day ahead/);
    expect(text).not.toContain('id: waste.fullSoon');
    expect(text.endsWith('\n')).toBe(true);
  });

  it('is written anew where it leans on the rest of the file, or has no lines of its own', () => {
    const anchored =
      RULE.replace('{ de: Heiß', '&t { de: Heiß') +
      `  - { id: bin.cold, subject: asset, when: temperature < 0, severity: minor, title: *t }\n`;
    const source = { file: 'test.yaml', text: anchored };
    const cold = rulesOf(anchored).find('bin.cold')!;
    const text = textOfRule(source, cold, DEFAULT_CALENDAR);
    expect(rulesOf(text).rules).toMatchObject([{ id: 'bin.cold', version: cold.version }]);

    const flow = `{ version: '1', rules: [{ id: a.b, subject: asset, when: coverOpen, severity: minor, title: { de: A, en: B } }] }`;
    const only = rulesOf(flow).find('a.b')!;
    const written = textOfRule({ file: 'test.yaml', text: flow }, only, DEFAULT_CALENDAR);
    expect(rulesOf(written).rules).toMatchObject([{ id: 'a.b', version: only.version }]);
  });

  it('keeps everything but the mode where the mode changes', () => {
    const shadow = withMode(RULE, 'shadow');
    expect(rulesOf(shadow).rules).toMatchObject([{ id: 'bin.hot', mode: 'shadow' }]);
    expect(shadow).toBe(RULE.replace('# noun.reason\n', '# noun.reason\n    mode: shadow\n'));
    expect(withMode(shadow, 'shadow')).toBe(shadow);
    expect(withMode(shadow, 'live')).toBe(RULE);
    expect(withMode(RULE, 'live')).toBe(RULE);
    const first = RULE.replace('- id: bin.hot', `- mode: 'shadow'\n    id: bin.hot`);
    expect(rulesOf(withMode(first, 'live')).rules[0]!.mode).toBeUndefined();
  });

  it('changes the mode of a rule on one line', () => {
    const flow = `version: '1'\nrules:\n  - { id: a.b, subject: asset, when: coverOpen, severity: minor, title: { de: A, en: B } }\n`;
    const shadow = withMode(flow, 'shadow');
    expect(rulesOf(shadow).rules[0]!.mode).toBe('shadow');
    expect(withMode(shadow, 'live')).toBe(flow);
    const last = flow.replace(' }\n', ', mode: shadow }\n');
    expect(rulesOf(last).rules[0]!.mode).toBe('shadow');
    expect(withMode(last, 'live')).toBe(flow.replace(' }\n', ' }\n'));
  });

  it('that is broken stays as it is, and has nothing to show', () => {
    for (const broken of ['', 'rules: [', 'version: 1', 'rules: 7', 'rules: []', '- a']) {
      expect(withMode(broken, 'shadow')).toBe(broken);
      expect(plainRule(broken)).toBeNull();
    }
    expect(plainRule(RULE)).toMatchObject({ id: 'bin.hot', when: 'temperature >= 60' });
  });
});
