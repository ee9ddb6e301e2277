import type { ExamOutcome } from '../exam/examine.ts';
import type { JudgedAlert, JudgedIncident } from '../exam/score.ts';
import { label, type Language } from './labels.ts';
import { incidentName, verdictName } from './names.ts';
import { dayLines, diamond, escaped, px, xOf, type TimeScale } from './svg.ts';

const MOST_ROWS = 60;
const WIDTH = 960;
const ROW = 18;
const LEFT = 300;

interface Row {
  readonly name: string;
  readonly incidents: readonly JudgedIncident[];
  readonly alerts: readonly JudgedAlert[];
}

/** What was so and what was told of it, a row for each rule and device with which something was. */
export function incidentTimeline({ scores, run }: ExamOutcome, language: Language): string {
  const rows: Row[] = [];
  for (const [ruleId, ofRule] of scores) {
    for (const { incidents, alerts } of ofRule) {
      const of = incidents[0]?.deviceId ?? alerts[0]?.deviceId;
      // What nobody could see and nobody told of is left out here: the table counts it.
      const shown = incidents.filter(({ visibleAt }) => visibleAt !== null);
      if (of !== undefined && shown.length + alerts.length > 0) {
        rows.push({ name: `${ruleId} · ${of.replace(/^nb-/, '')}`, incidents: shown, alerts });
      }
    }
  }
  const listed = chosen(rows);
  const height = listed.length * ROW + 40;
  const scale: TimeScale = { from: run.from, to: run.to, left: LEFT, width: WIDTH - LEFT - 16 };
  const drawn = listed.map((row, index) => drawRow(row, 8 + index * ROW, scale, language));
  const more = rows.length - listed.length;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(label('timeline', language))}">`,
    dayLines(scale, 4, height - 28, language),
    ...drawn,
    '</svg>',
    more > 0 ? `<p class="note">+ ${more} ${escaped(label('more', language))}</p>` : '',
  ].join('');
}

/** Mistakes first, then as many of each rule as there is room for. */
function chosen(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MOST_ROWS) return rows;
  const isMistaken = ({ incidents, alerts }: Row) =>
    alerts.some(({ verdict }) => verdict === 'false') || incidents.some(({ foundAt }) => foundAt === null);
  const ruleOf = ({ name }: Row) => name.split(' ')[0]!;
  const byRule = new Map<string, Row[]>();
  for (const row of [...rows.filter(isMistaken), ...rows.filter((row) => !isMistaken(row))]) {
    const list = byRule.get(ruleOf(row));
    if (list) list.push(row);
    else byRule.set(ruleOf(row), [row]);
  }
  const picked = new Set<Row>();
  for (let round = 0; picked.size < MOST_ROWS; round++) {
    for (const list of byRule.values()) if (list[round] && picked.size < MOST_ROWS) picked.add(list[round]!);
  }
  return rows.filter((row) => picked.has(row));
}

function drawRow({ name, incidents, alerts }: Row, top: number, scale: TimeScale, language: Language): string {
  const middle = top + ROW / 2;
  const bars = incidents.map(({ kind, from, to, foundAt }) => {
    const [begin, end] = [xOf(scale, from), xOf(scale, to ?? scale.to)];
    const place = `x="${px(begin)}" width="${px(Math.max(2, end - begin))}" y="${px(middle - 4)}" height="8"`;
    const title = escaped(incidentName(kind, language));
    return `<rect class="incident${foundAt === null ? ' missed' : ''}" ${place}><title>${title}</title></rect>`;
  });
  const told = alerts.map(({ raisedAt, ruleId, verdict }) =>
    diamond(xOf(scale, raisedAt), middle, verdict, `${ruleId}, ${verdictName(verdict, language)}`),
  );
  const text = `<text class="row" x="${LEFT - 10}" y="${px(middle + 4)}">${escaped(name)}</text>`;
  return [text, ...bars, ...told].join('');
}
