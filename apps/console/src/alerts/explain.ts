import type { AlertEntry, Quantity } from '../api/types.ts';
import { isShare, unitText } from '../ui/chart-data.ts';
import type { ExplanationTexts } from './explanation-texts.ts';

type Explained = NonNullable<AlertEntry['explanation']>;
export type Term = Explained['clears']['terms'][number];
type Value = number | boolean | string;

/** What sentences are made with: words, names of quantities, and how numbers are written. */
export interface Speech {
  /** Fills the holes of a text. */
  readonly fill: (text: string, values: Readonly<Record<string, string | number>>) => string;
  readonly t: ExplanationTexts;
  /** By name; what is not there is called as the rule calls it. */
  readonly quantities: ReadonlyMap<string, Quantity>;
  readonly pick: (text: Quantity['label']) => string;
  readonly number: (value: number) => string;
  readonly percent: (share: number) => string;
  readonly duration: (ms: number) => string;
}

const OWN_NAMES: Readonly<Record<string, keyof ExplanationTexts>> = {
  silenceMs: 'silence',
  intervalMs: 'interval',
  jitterMs: 'jitter',
  sunAltitude: 'sunAltitude',
  localHour: 'localHour',
  weekday: 'weekday',
  holiday: 'holiday',
  hoursUntilFull: 'hoursUntilFull',
  hoursUntilFullAtLeast: 'hoursUntilFull',
  daysUntilBatteryLow: 'daysUntilBatteryLow',
  daysUntilBatteryLowAtLeast: 'daysUntilBatteryLow',
};

/** What a name of a rule means to people. */
export function nameText(name: string, speech: Speech): string {
  const { t, quantities, pick, fill } = speech;
  const bare = name.replace(/^reading\./, '');
  const quantity = quantities.get(bare);
  if (quantity) return pick(quantity.label);
  const own = OWN_NAMES[bare];
  if (own) return t[own];
  const [, before, field] = /^(previous|asset)\.(\w+)$/.exec(bare) ?? [];
  if (field === undefined) return name;
  return before === 'previous' ? fill(t.previous, { name: nameText(field, speech) }) : fill(t.ofAsset, { name: field });
}

/** A value in the unit of what it is of. */
export function valueText(name: string, value: Value, speech: Speech): string {
  if (typeof value === 'boolean') return value ? speech.t.yes : speech.t.no;
  if (typeof value === 'string') return value;
  if (name.endsWith('Ms')) return speech.duration(value);
  const bare = /(\w+)$/.exec(name)?.[1] ?? name;
  if (isShare(bare)) return speech.percent(value);
  const unit = unitText(speech.quantities.get(bare)?.unit ?? '1');
  return `${speech.number(Math.round(value * 100) / 100)}${unit === '' ? '' : `\u00a0${unit}`}`;
}

/** A term as a sentence, without saying whether it was true. */
export function termText(term: Term, speech: Speech, isWanted = false): string {
  const { threshold, values, text } = term;
  const compared = threshold ? comparedName(term) : undefined;
  if (threshold && compared !== undefined) {
    const parts = {
      name: nameText(compared, speech),
      operator: speech.t[threshold.operator],
      limit: valueText(compared, threshold.limit, speech),
      value: valueText(compared, threshold.value, speech),
    };
    return speech.fill(isWanted ? speech.t.wanted : speech.t.compared, parts);
  }
  const shown = Object.entries(values);
  // A flag that stands alone, such as `containerFull`, or its opposite.
  const [only] = shown;
  if (shown.length === 1 && only && text.replace(/^!\s*/, '').replace(/^reading\./, '') === only[0]) {
    const wanted = text.startsWith('!') ? speech.t.no : speech.t.yes;
    const value = isWanted ? wanted : valueText(only[0], only[1], speech);
    return speech.fill(speech.t.valueIs, { name: nameText(only[0], speech), value });
  }
  return text;
}

/** What is compared, where it is one named value and not a formula. */
function comparedName({ text, values, threshold }: Term): string | undefined {
  const names = Object.keys(values);
  const sides = text.split(/ (?:<=|>=|==|!=|<|>) /).map((side) => side.replace(/^reading\./, ''));
  return names.find((name) => sides.includes(name) && values[name] === threshold?.value);
}

/** What a term names beside what its sentence says already. */
export function furtherValues(term: Term, speech: Speech): readonly string[] {
  const compared = term.threshold ? comparedName(term) : undefined;
  const said =
    compared ??
    (Object.keys(term.values).length === 1 && termText(term, speech) !== term.text
      ? Object.keys(term.values)[0]
      : undefined);
  return Object.entries(term.values)
    .filter(([name]) => name !== said)
    .map(([name, value]) =>
      speech.fill(speech.t.valueIs, { name: nameText(name, speech), value: valueText(name, value, speech) }),
    );
}
