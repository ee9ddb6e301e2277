import { ln } from '../exact.ts';
import type { RuleFigures } from '../exam/exam-document.ts';
import { label, shownSeconds, type Language } from './labels.ts';
import { escaped, px } from './svg.ts';

const WIDTH = 960;
const ROW = 22;
const LEFT = 180;
const RIGHT = 110;
const LONGEST_S = 30 * 86_400;
const MARKS_S = [1, 60, 3_600, 86_400];

/** How long it took each rule, from the first visible moment on. */
export function delayChart(rules: readonly RuleFigures[], language: Language): string {
  const known = rules.filter(({ secondsSinceVisible }) => secondsSinceVisible.p50 !== null);
  if (known.length === 0) return `<p>${escaped(label('none', language))}</p>`;
  const height = known.length * ROW + 30;
  const x = (seconds: number) => LEFT + ((WIDTH - LEFT - RIGHT) * ln(1 + seconds)) / ln(1 + LONGEST_S);
  const marks = MARKS_S.map((seconds) => {
    const at = px(x(seconds));
    return (
      `<line class="day" x1="${at}" x2="${at}" y1="4" y2="${height - 24}"/>` +
      `<text class="axis" x="${at}" y="${height - 8}">${escaped(shownSeconds(seconds, language))}</text>`
    );
  });
  const rows = known.map(({ ruleId, secondsSinceVisible: { p50, p95 } }, index) => {
    const middle = 6 + index * ROW + ROW / 2;
    const [half, most] = [x(p50 ?? 0), x(p95 ?? 0)];
    const told = `${shownSeconds(p50, language)} / ${shownSeconds(p95, language)}`;
    return [
      `<text class="row" x="${LEFT - 10}" y="${px(middle + 4)}">${escaped(ruleId)}</text>`,
      `<rect class="delay" x="${LEFT}" y="${px(middle - 5)}" width="${px(Math.max(1.5, half - LEFT))}" height="10"/>`,
      `<line class="most" x1="${px(half)}" x2="${px(most)}" y1="${px(middle)}" y2="${px(middle)}"/>`,
      `<line class="most" x1="${px(most)}" x2="${px(most)}" y1="${px(middle - 5)}" y2="${px(middle + 5)}"/>`,
      `<text class="told" x="${px(Math.max(half, most) + 8)}" y="${px(middle + 4)}">${escaped(told)}</text>`,
    ].join('');
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img">${marks.join('')}${rows.join('')}</svg>`;
}
