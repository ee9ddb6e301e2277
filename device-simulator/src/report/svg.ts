import type { Language } from './labels.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as it may stand in HTML and SVG, in attributes as well. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A place in a drawing, short: a tenth of a pixel is enough. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Time from left to right. */
export interface TimeScale {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly width: number;
}

export function xOf({ from, to, left, width }: TimeScale, time: number): number {
  const bounded = Math.min(to, Math.max(from, time));
  return left + (width * (bounded - from)) / Math.max(1, to - from);
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 14;

/** Days below a drawing, as lines through it. */
export function dayLines(scale: TimeScale, top: number, bottom: number, language: Language): string {
  const days = Math.ceil((scale.to - scale.from) / DAY_MS);
  const every = Math.max(1, Math.ceil(days / MOST_DAYS));
  const lines: string[] = [];
  for (let day = 0; day < days; day += every) {
    const time = scale.from + day * DAY_MS;
    const x = px(xOf(scale, time));
    lines.push(
      `<line class="day" x1="${x}" x2="${x}" y1="${px(top)}" y2="${px(bottom)}"/>`,
      `<text class="axis" x="${x}" y="${px(bottom + 14)}">${escaped(shownDay(time, language))}</text>`,
    );
  }
  return lines.join('');
}

export function shownDay(time: number, language: Language): string {
  const date = new Date(time);
  const [day, month] = [date.getUTCDate(), date.getUTCMonth() + 1].map((part) => String(part).padStart(2, '0'));
  return language === 'de' ? `${day}.${month}.` : `${day}/${month}`;
}

/** An alert, as a diamond with what it says when a mouse is over it. */
export function diamond(x: number, y: number, style: string, title: string): string {
  const [left, right, top, bottom] = [x - 5, x + 5, y - 5, y + 5].map(px);
  const points = `${left},${px(y)} ${px(x)},${top} ${right},${px(y)} ${px(x)},${bottom}`;
  return `<polygon class="alert ${style}" points="${points}"><title>${escaped(title)}</title></polygon>`;
}
