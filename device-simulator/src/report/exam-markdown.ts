import type { ExamDocument } from '../exam/exam-document.ts';
import { spanOf } from './exam-html.ts';
import { ruleTable, unseenTable, type Table } from './figures-table.ts';
import { label, shownNumber, type Label, type Language } from './labels.ts';

/** The figures of an exam as a page, with the command that made them. */
export function examMarkdown(document: ExamDocument, command: string, language: Language): string {
  const { scenarios, seeds, runs, counts, deviceDays, uncovered, notExamined } = document;
  const text = (name: Label) => label(name, language);
  const count = (value: number, of: Label) => `${shownNumber(value, 0, language)} ${text(of)}`;
  const others = Object.entries(uncovered).map(([kind, times]) => `${kind} (${times})`);
  return [
    `# ${text('title')}`,
    `\`\`\`sh\n${command}\n\`\`\``,
    [
      count(runs, 'runs'),
      count(deviceDays, 'deviceDays'),
      count(counts.uplinks, 'uplinks'),
      count(counts.readings, 'readings'),
    ].join(', '),
    `${text('scenarios')}: ${scenarios.join(', ')}. ${text('seeds')}: ${spanOf(seeds)}.`,
    `## ${text('perRule')}`,
    markdownTable(ruleTable(document, language)),
    `## ${text('unseen')}`,
    markdownTable(unseenTable(document, language)),
    `${text('uncovered')}: ${others.join(', ') || text('none')}.`,
    ...(notExamined.length === 0 ? [] : [`${text('notExamined')}: ${notExamined.join(', ')}.`]),
    '',
  ].join('\n\n');
}

function markdownTable([head = [], ...rows]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}
