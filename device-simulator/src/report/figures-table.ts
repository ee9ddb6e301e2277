import type { ExamDocument, ExamFigures } from '../exam/exam-document.ts';
import { UNSEEN_REASONS } from '../exam/visibility.ts';
import { label, shownNumber, shownSeconds, shownShare, type Label, type Language } from './labels.ts';

/** Rows of texts, the first of them headings; the first column names, the others figures. */
export type Table = readonly (readonly string[])[];

const COLUMNS: readonly Label[] = [
  ...(['rule', 'incidents', 'visible', 'found', 'missed', 'recall', 'alerts', 'false', 'misled', 'undecided'] as const),
  ...(['precision', 'p50', 'p95', 'begin', 'perYear', 'groups', 'jobs'] as const),
];

export function ruleTable({ rules, total }: ExamDocument, language: Language): Table {
  return [
    COLUMNS.map((column) => label(column, language)),
    ...rules.map((rule) => rowOf(rule.ruleId, rule, language)),
    rowOf(label('all', language), total, language),
  ];
}

function rowOf(name: string, figures: ExamFigures, language: Language): readonly string[] {
  const { incidents, visible, found, missed, alerts, misled, undecided } = figures;
  const { recall, precision, secondsSinceVisible, secondsSinceBegin, falsePerDeviceYear, jobsPerIncident } = figures;
  const rate = (value: number | null) => (value === null ? '–' : shownNumber(value, 2, language));
  return [
    name,
    ...[incidents, visible, found, missed].map((count) => shownNumber(count, 0, language)),
    shownShare(recall, language),
    ...[alerts, figures.false, misled, undecided].map((count) => shownNumber(count, 0, language)),
    shownShare(precision, language),
    shownSeconds(secondsSinceVisible.p50, language),
    shownSeconds(secondsSinceVisible.p95, language),
    shownSeconds(secondsSinceBegin.p50, language),
    rate(falsePerDeviceYear),
    shownNumber(figures.groups, 0, language),
    rate(jobsPerIncident),
  ];
}

/** What nobody could have seen, by reason. */
export function unseenTable({ rules }: ExamDocument, language: Language): Table {
  const given = UNSEEN_REASONS.filter((reason) => rules.some(({ unseen }) => (unseen[reason] ?? 0) > 0));
  return [
    [label('rule', language), ...given.map((reason) => label(reason, language))],
    ...rules
      .filter(({ incidents, visible }) => incidents > visible)
      .map(({ ruleId, unseen }) => [ruleId, ...given.map((reason) => shownNumber(unseen[reason] ?? 0, 0, language))]),
  ];
}
