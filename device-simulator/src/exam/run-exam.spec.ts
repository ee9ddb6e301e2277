import { compileRules, DEFAULT_RULES } from '@stadtfunk/rules';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { examHtml } from '../report/exam-html.ts';
import { examMarkdown } from '../report/exam-markdown.ts';
import { SCENARIO_LIBRARY } from '../scenario/library.ts';
import { readScenario } from '../scenario/scenario-reader.ts';
import { ScenarioRun } from '../scenario/scenario-run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { truthLines } from '../truth/truth-file.ts';
import { coversOf } from './covers.ts';
import { ExamBook, failuresOf } from './exam-document.ts';
import { examineScenario } from './run-exam.ts';

const compiled = compileRules(DEFAULT_RULES);
if (!compiled.ok) throw new Error('the default rules are broken');
const RULES = compiled.value;
const COVERS = coversOf(RULES);

function scenarioOf(name: string): Scenario {
  const read = readScenario(SCENARIO_LIBRARY.get(name)!);
  if (!read.ok) throw new Error(`${name} is broken`);
  return read.value;
}

const exam = (name: string, seed: number) =>
  examineScenario(scenarioOf(name), { rules: RULES, covers: COVERS, seed, isShort: true });

/** All bytes with their times, and all that was so. */
function printOf(name: string, seed: number, stepMs: number) {
  const run = new ScenarioRun(scenarioOf(name), { seed, isShort: true });
  const bytes = createHash('sha256');
  let uplinks = 0;
  for (let until = run.from; until < run.to;) {
    until = Math.min(run.to, until + stepMs);
    run.simulation.run(until, ({ at, deviceId, payload }) => {
      bytes.update(`${at} ${deviceId} `).update(payload);
      uplinks++;
    });
  }
  run.simulation.finish();
  const truth = createHash('sha256');
  for (const line of truthLines({ header: run.header, incidents: run.incidents })) truth.update(line);
  return { uplinks, bytes: bytes.digest('hex'), truth: truth.digest('hex') };
}

describe.each([...SCENARIO_LIBRARY.keys()])('the scenario %s', (name) => {
  it('gives the same bytes and the same truth twice, whatever the steps', () => {
    const first = printOf(name, 3, 24 * 3_600_000);
    expect(first.uplinks).toBeGreaterThan(20);
    expect(printOf(name, 3, 5_000_000)).toEqual(first);
  });

  it('goes through codecs and rules', async () => {
    const outcome = await exam(name, 3);
    expect(outcome.counts.readings).toBeGreaterThan(20);
    // Every payload is one that the catalogue knows, unless it was torn on its way.
    expect(outcome.counts.rejected > 0).toBe(name === 'torn-frames');
    expect(outcome.tallies).toHaveLength(RULES.rules.length);
  });
});

describe('the default rules', () => {
  it('find what can be seen, and little else, in short runs of some scenarios', { timeout: 120_000 }, async () => {
    const book = new ExamBook(20);
    for (const name of ['all-at-once', 'bin-fire', 'cabinet-outage', 'radio-outage', 'dst-night']) {
      for (let seed = 1; seed <= 3; seed++) book.add(await exam(name, seed));
    }
    const { document } = book;
    expect(document.total.visible).toBeGreaterThan(100);
    expect(failuresOf(document, { recall: 0.99, precision: 0.98 }, false), JSON.stringify(document.mistakes)).toEqual(
      [],
    );
  });

  it('make one job of the lamps of a cabinet', async () => {
    const { tallies } = await exam('cabinet-outage', 3);
    const { groups, jobs, found } = tallies.find(({ ruleId }) => ruleId === 'light.darkAtNight')!;
    expect(found).toBeGreaterThan(10);
    expect(groups).toBeGreaterThan(0);
    expect(jobs).toBeLessThan(found / 3);
  });

  it('fail where they are not good enough', async () => {
    const book = new ExamBook(20);
    const blind = compileRules([
      {
        file: 'blind.yaml',
        text: `version: '1'
rules:
  - id: waste.full
    subject: asset
    appliesTo: { type: WasteContainer }
    when: fillingLevel > 2
    severity: minor
    title: { de: A, en: A }
`,
      },
    ]);
    if (!blind.ok) throw new Error('broken');
    const rules = blind.value;
    book.add(await examineScenario(scenarioOf('city-festival'), { rules, covers: coversOf(rules), isShort: true }));
    expect(failuresOf(book.document, { recall: 0.99 }, false)).toEqual([
      'all rules together: recall 0.0000 is less than 0.99',
    ]);
  });
});

describe('a rule of which nobody said what it is about', () => {
  it('is named as not examined, on the page too', async () => {
    const covers = new Map([...COVERS].filter(([ruleId]) => ruleId !== 'waste.fire'));
    const outcome = await examineScenario(scenarioOf('bin-fire'), { rules: RULES, covers, seed: 1, isShort: true });
    const book = new ExamBook(5);
    book.add(outcome);
    expect(book.document.notExamined).toEqual(['waste.fire']);
    expect(examHtml(book.document, outcome, 'de')).toContain('wovon sie handeln: waste.fire');
    expect(examMarkdown(book.document, 'stadtfunk exam', 'en')).toContain('what they are about: waste.fire.');
  });
});

describe('the report of an exam', () => {
  it('is one page without scripts and without anything from elsewhere, in both languages', async () => {
    const outcome = await exam('all-at-once', 1);
    const book = new ExamBook(5);
    book.add(outcome);
    const [german, english] = (['de', 'en'] as const).map((language) => examHtml(book.document, outcome, language));
    for (const page of [german!, english!]) {
      expect(page).not.toMatch(/<script|https?:|src=|@import|url\(/);
      expect(page).toContain('<svg');
      expect(page).not.toMatch(/NaN|undefined/);
    }
    expect(german).toContain('Füllstände');
    expect(german).toContain('Behälter voll (waste.full)');
    // What is said of alerts and incidents is German too, not only the headings.
    expect(german).not.toMatch(/, (right|false|misled|undecided)<|>(container|lamp|device) /);
    expect(german).toMatch(/, richtig<\/title>/);
    expect(english).toMatch(/, right<\/title>/);
    expect(english).toContain('Filling levels');
    expect(examMarkdown(book.document, 'stadtfunk exam', 'en')).toContain('| waste.full |');
  });
});
