import { readFileSync } from 'node:fs';
import { QUANTITIES, QUANTITY_NAMES } from '@stadtfunk/readings';
import { compileRules, describeProblem, RULE_LANGUAGE, runExamples } from '@stadtfunk/rules';
import { describe, expect, it } from 'vitest';

const DOCUMENT = readFileSync('docs/rule-operators.md', 'utf8');
/** Keys that decide when an episode begins and ends; docs/rules.md explains the others. */
const DECIDING_KEYS = ['when', 'unchanged', 'silent', 'clear', 'restart', 'for', 'clearFor', 'readings'];
const { operators, variables, functions } = RULE_LANGUAGE;
const NAMES: readonly string[] = [...operators, ...variables, ...functions, ...DECIDING_KEYS];

interface Section {
  /** What stands in code in the heading. */
  readonly names: readonly string[];
  readonly line: number;
  readonly blocks: readonly string[];
}

const SECTIONS: readonly Section[] = sectionsOf(DOCUMENT);

function sectionsOf(text: string): readonly Section[] {
  let line = 1;
  return text.split(/^(?=#)/m).map((part) => {
    const heading = part.slice(0, part.indexOf('\n'));
    const section = {
      names: [...heading.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
      line,
      blocks: [...part.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block]) => block!),
    };
    line += part.split('\n').length - 1;
    return section;
  });
}

/** The rules of a block, which stand there as under `rules:`. */
function compile(section: Section) {
  const rules = section.blocks.join('').replaceAll(/^(?=.)/gm, '  ');
  const compiled = compileRules([
    { file: `rule-operators.md, section in line ${section.line}`, text: `version: "1"\nrules:\n${rules}` },
  ]);
  if (!compiled.ok) throw new Error(compiled.error.map(describeProblem).join('\n'));
  return compiled.value;
}

/** How a name looks where it is used. */
function use(name: string): RegExp {
  if (name === '?:') return / \? .* : /;
  if (name === '!') return /!\w/;
  if (name === '[]') return /\[/;
  if (name === '{}') return /\{'/;
  if (functions.includes(name)) return new RegExp(`\\b${name}\\(`);
  if (/^\w+$/.test(name)) return new RegExp(`\\b${name}\\b`);
  return new RegExp(` ${name.replaceAll(/./g, '\\$&')} `);
}

describe('the document of operators', () => {
  it.each(NAMES)('has a section about %s with a rule that uses it', (name) => {
    const sections = SECTIONS.filter(({ names }) => names.includes(name));
    expect(sections).toHaveLength(1);
    expect(sections[0]!.blocks.join('')).toMatch(use(name));
  });

  it('has sections about nothing else', () => {
    expect(SECTIONS.flatMap(({ names }) => names).filter((name) => !NAMES.includes(name))).toEqual([]);
  });

  it('lists every quantity with its unit', () => {
    const rows = QUANTITY_NAMES.map((name) => {
      const { kind, unit, label } = QUANTITIES[name];
      return [`\`${name}\``, kind === 'flag' ? 'true or false' : unit, label.en];
    });
    const listed = DOCUMENT.split('\n')
      .filter((row) => row.startsWith('| `'))
      .map((row) =>
        row
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
    expect(listed).toEqual(rows);
  });

  it.each(SECTIONS.filter(({ blocks }) => blocks.length > 0))('has examples that are true in line $line', (section) => {
    const rules = compile(section);
    for (const { id, examples } of rules.rules) {
      expect([id, examples.some(({ alerts }) => alerts.length > 0)]).toEqual([id, true]);
      expect([id, examples.some(({ alerts }) => alerts.length === 0)]).toEqual([id, true]);
    }
    expect(runExamples(rules).filter(({ passed }) => !passed)).toEqual([]);
  });
});
