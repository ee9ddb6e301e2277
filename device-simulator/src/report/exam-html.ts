import type { ExamDocument } from '../exam/exam-document.ts';
import type { ExamOutcome } from '../exam/examine.ts';
import { delayChart } from './delay-chart.ts';
import { ruleTable, unseenTable, type Table } from './figures-table.ts';
import { fillCurves } from './fill-curves.ts';
import { incidentTimeline } from './incident-timeline.ts';
import { INCIDENT_KINDS } from '../truth/incident.ts';
import { label, shownNumber, type Label, type Language } from './labels.ts';
import { incidentName } from './names.ts';
import { escaped } from './svg.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #67707d; --line: #d9dee5; --paper: #fff; --blue: #1f6fb5; --red: #c62f2f; --amber: #d98a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #98a2b0; --line: #38414d; --paper: #161b22; --blue: #6cb0ee; --red: #ff7a72; --amber: #f0b347; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .2rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; }
.note, .sub { color: var(--soft); margin: .2rem 0 .6rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
th, td { padding: .3rem .55rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 600; color: var(--soft); white-space: normal; vertical-align: bottom; } th:first-child, td:first-child { text-align: left; }
tr:last-child td { font-weight: 600; }
svg { width: 100%; height: auto; display: block; margin-bottom: .4rem; } svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
.day { stroke: var(--line); } .axis { text-anchor: middle; } .level, .row { text-anchor: end; } svg .row, svg .name { fill: var(--ink); }
.curve { fill: none; stroke: var(--blue); stroke-width: 1.4; } .wrong { fill: var(--red); } .threshold { stroke: var(--soft); stroke-dasharray: 4 4; }
.full { fill: var(--amber); opacity: .28; } .fire { fill: var(--red); opacity: .4; }
.incident { fill: var(--amber); } .incident.missed { fill: var(--red); }
.alert { fill: var(--blue); stroke: var(--paper); } .alert.false { fill: var(--red); } .alert.misled, .alert.undecided { fill: var(--soft); }
.delay { fill: var(--blue); } .most { stroke: var(--ink); stroke-width: 1.5; }
`;

/** An exam as one page that needs no network and no scripts; curves and timeline are those of the last run. */
export function examHtml(document: ExamDocument, last: ExamOutcome, language: Language): string {
  const { scenarios, seeds, runs, counts, deviceDays, uncovered, notExamined } = document;
  const text = (name: Label) => escaped(label(name, language));
  const count = (value: number, of: Label) => `${shownNumber(value, 0, language)} ${text(of)}`;
  const curves = fillCurves(last, language);
  const { scenario, seed, from, to } = last.run;
  const period = [from, to].map((time) => new Date(time).toISOString().slice(0, 16).replace('T', ' ')).join(' – ');
  const others = INCIDENT_KINDS.filter((kind) => uncovered[kind] !== undefined).map(
    (kind) => `${escaped(incidentName(kind, language))} (${uncovered[kind]})`,
  );
  const titled = ([head = [], ...rows]: Table): Table => [
    head,
    ...rows.map(([id = '', ...cells]) => [titleOf(last, id, language), ...cells]),
  ];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${text('title')}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${text('title')}</h1>
<p class="sub">${[count(runs, 'runs'), count(deviceDays, 'deviceDays'), count(counts.uplinks, 'uplinks'), count(counts.readings, 'readings')].join(' · ')}</p>
<p class="sub">${text('scenarios')}: ${escaped(scenarios.join(', '))} · ${text('seeds')}: ${escaped(spanOf(seeds))}</p>
<h2>${text('perRule')}</h2>
${htmlTable(titled(ruleTable(document, language)))}
<h2>${text('delays')}</h2>
<p class="note">${text('delaysNote')}</p>
${delayChart(document.rules, language)}
<h2>${text('unseen')}</h2>
${htmlTable(titled(unseenTable(document, language)))}
<p class="note">${text('uncovered')}: ${others.join(', ') || text('none')}</p>${notExamined.length === 0 ? '' : `\n<p class="note">${text('notExamined')}: ${escaped(notExamined.join(', '))}</p>`}
<h2>${text('timeline')}</h2>
<p class="note">${text('lastRun')}: ${escaped(scenario)}, ${seed}, ${period} UTC. ${text('timelineNote')}</p>
${incidentTimeline(last, language)}
${curves === '' ? '' : `<h2>${text('curves')}</h2>\n<p class="note">${text('curvesNote')}</p>\n${curves}`}
<h2>${text('mistakes')}</h2>
${mistakesOf(document, language)}
</body>
</html>
`;
}

/** What a rule says, before its id. */
function titleOf({ run }: ExamOutcome, ruleId: string, language: Language): string {
  const rule = run.rules.find(ruleId);
  return rule ? `${rule.title[language]} (${ruleId})` : ruleId;
}

/** `1–30`, or a list where they are not in a row. */
export function spanOf(seeds: readonly number[]): string {
  const [first, last] = [seeds[0], seeds.at(-1)];
  if (first === undefined || last === undefined) return '';
  const isRow = seeds.length > 2 && seeds.every((seed, index) => seed === first + index);
  return isRow ? `${first}–${last}` : seeds.join(', ');
}

function htmlTable([head = [], ...rows]: Table): string {
  const cells = (row: readonly string[], tag: string) =>
    row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
  return `<div class="scroll"><table><thead><tr>${cells(head, 'th')}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function mistakesOf({ mistakes, mistakeCount }: ExamDocument, language: Language): string {
  if (mistakes.length === 0) return `<p>${escaped(label('none', language))}</p>`;
  const columns: readonly Label[] = ['what', 'rule', 'device', 'from', 'to', 'scenarios', 'seeds'];
  const rows = mistakes.map(({ what, ruleId, deviceId, from, to, scenario, seed }) => {
    return [label(what, language), ruleId, deviceId, from ?? '', to ?? '', scenario, String(seed)];
  });
  const more = mistakeCount - mistakes.length;
  const note = more > 0 ? `<p class="note">+ ${more} ${escaped(label('more', language))}</p>` : '';
  return htmlTable([columns.map((column) => label(column, language)), ...rows]) + note;
}
