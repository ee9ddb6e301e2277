import { RULE_FILE_SCHEMA, RULE_LANGUAGE } from '@stadtfunk/rules';
import { describe, expect, it } from 'vitest';
import { KEY_HELP } from './key-help.ts';
import { OPERATOR_GERMAN } from './operator-german.ts';
import { OPERATOR_HELP } from './operator-help.ts';
import { WORDS } from './operator-words.ts';

const names = OPERATOR_HELP.flatMap(({ name }) => name.split(', '));

describe('the help beside the editor', () => {
  it('has everything that a condition can be written with, each with an example and words in both languages', () => {
    for (const name of Object.values(RULE_LANGUAGE).flat()) expect(names, name).toContain(name);
    for (const { name, text, example, insert } of OPERATOR_HELP) {
      expect(example, name).toMatch(/^- id: /);
      expect(text.en.length, name).toBeGreaterThan(2);
      expect(text.en, name).not.toMatch(/`|\]\(/);
      expect(OPERATOR_GERMAN[name], name).toBe(text.de);
      expect(insert, name).not.toBe('');
      expect(WORDS[name]?.de, name).toBeTruthy();
      expect(WORDS[name]?.en, name).toBeTruthy();
    }
    expect(Object.keys(OPERATOR_GERMAN).sort()).toEqual(Object.keys(WORDS).sort());
    expect(Object.keys(WORDS).sort()).toEqual(OPERATOR_HELP.map(({ name }) => name).sort());
  });

  it('has every key of a rule', () => {
    const schema = RULE_FILE_SCHEMA as { properties: { rules: { items: { properties: object } } } };
    const keys = Object.keys(schema.properties.rules.items.properties);
    expect(KEY_HELP.map(({ key }) => key).sort()).toEqual(keys.sort());
  });
});
