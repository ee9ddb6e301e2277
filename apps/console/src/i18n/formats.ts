import { useConsoleSettings } from '../shell/console-settings.ts';
import { type Language, useLanguage } from './language.ts';

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

export interface Formats {
  /** `vor 5 Minuten`, `in 2 days`. */
  relative(iso: string, now: number): string;
  /** Day and minute in the installation's zone. */
  exact(iso: string): string;
  /** With seconds and the zone's name, for who has to be sure. */
  precise(iso: string): string;
  day(iso: string): string;
  clock(iso: string): string;
  /** Of `2026-11`: `November 2026`. */
  month(month: string): string;
  number(value: number, digits?: number): string;
  /** Of a share, 0..1. */
  percent(share: number, digits?: number): string;
  /** Of ms: `3 h 20 min`. */
  duration(ms: number): string;
}

const made = new Map<string, Formats>();

/** Made once for each: what `Intl` needs for it takes a millisecond, and a table has a time in every row. */
export function formatsIn(language: Language, timeZone: string): Formats {
  const key = `${language} ${timeZone}`;
  const formats = made.get(key) ?? makeFormats(language, timeZone);
  made.set(key, formats);
  return formats;
}

function makeFormats(language: Language, timeZone: string): Formats {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const precise = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long', timeZone });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone });
  const month = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' });
  const numbers = new Map<string, Intl.NumberFormat>();
  const format = (value: number, options: Intl.NumberFormatOptions) => {
    const key = JSON.stringify(options);
    const known = numbers.get(key) ?? new Intl.NumberFormat(locale, options);
    numbers.set(key, known);
    return known.format(value);
  };
  const unit = (value: number, name: string) => format(value, { style: 'unit', unit: name, unitDisplay: 'short' });
  return {
    relative(iso, now) {
      const seconds = (Date.parse(iso) - now) / 1000;
      const [name, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
      return relative.format(Math.trunc(seconds / size), name);
    },
    exact: (iso) => exact.format(new Date(iso)),
    precise: (iso) => precise.format(new Date(iso)),
    day: (iso) => day.format(new Date(iso)),
    clock: (iso) => clock.format(new Date(iso)),
    month: (name) => month.format(new Date(`${name}-01T00:00:00Z`)),
    number: (value, digits) => format(value, digitsOf(digits)),
    percent: (share, digits = 0) => format(share, { style: 'percent', maximumFractionDigits: digits }),
    duration(ms) {
      const minutes = Math.round(ms / 60_000);
      if (minutes < 60) return unit(minutes, 'minute');
      const hours = Math.floor(minutes / 60);
      if (hours >= 48) return unit(Math.round(hours / 24), 'day');
      return minutes % 60 === 0 ? unit(hours, 'hour') : `${unit(hours, 'hour')} ${unit(minutes % 60, 'minute')}`;
    },
  };
}

function digitsOf(digits: number | undefined): Intl.NumberFormatOptions {
  return digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
}

/** Times and numbers as one writes them in the present language, in the zone of the installation. */
export function useFormats(): Formats {
  const language = useLanguage();
  const { zone } = useConsoleSettings();
  return formatsIn(language, zone);
}
