import { DAY_MS } from '@stadtfunk/kernel';
import { LocalClock } from '../local-clock.ts';
import { Chance } from './chance.ts';

/**
 * Containers as they may be, by a process that knows nothing of how it is estimated: people come by hour and weekday and
 * bring pieces of random size, on fair days more than on rainy ones; the contents settle at night; the city empties by
 * plan or some time after it is full; a sensor looks at an uneven surface, rounds, sometimes hears a false echo, hangs,
 * or is not heard.
 */
export interface BinHistory {
  /** As the platform would get them, oldest first. */
  readonly readings: readonly { readonly at: number; readonly level: number }[];
  /** When the level is truly at `level` or above, if nobody empties it from `at` on; null: not within the history. */
  reachedAt(at: number, level: number): number | null;
}

export interface BinOptions {
  readonly from: number;
  /** Of readings; what people bring goes on for another 90 days. */
  readonly days: number;
  readonly zone: string;
  readonly intervalMs: number;
}

const HOUR_MS = 3_600_000;
const BEYOND_DAYS = 90;
const WEEKS = {
  office: [1.2, 1.2, 1.25, 1.2, 1.3, 0.5, 0.35],
  downtown: [0.75, 0.8, 0.85, 0.95, 1.3, 1.6, 0.75],
  park: [0.7, 0.65, 0.7, 0.75, 1, 1.5, 1.7],
  flat: [1, 1, 1, 1, 1, 1, 1],
} as const;

/** Of a day's visitors, per hour: two humps and a quiet night. */
function visitorsAt(hour: number, noon: number, evening: number): number {
  const hump = (at: number, width: number) => Math.exp(-((hour - at) ** 2) / (2 * width * width));
  return 0.08 + noon * hump(12.5, 3) + evening * hump(18.5, 2.5);
}

export function makeBin(seed: number, { from, days, zone, intervalMs }: BinOptions): BinHistory {
  const chance = new Chance(seed);
  const clock = new LocalClock(zone);
  const perDay = Math.min(1.5, Math.exp(chance.normal(-1.2, 0.6)));
  const week = Object.values(WEEKS)[Math.floor(chance.uniform() * 4)]!.map(
    (share) => share * chance.between(0.85, 1.15),
  );
  const [noon, evening] = [chance.between(0.5, 1.5), chance.between(0.2, 1.5)];
  const pieceMean = Math.exp(chance.normal(-4.4, 0.5));
  const moodSpread = chance.between(0.1, 0.4);
  const dayShare = Array.from({ length: 24 }, (_, hour) => visitorsAt(hour + 0.5, noon, evening));
  const dayTotal = dayShare.reduce((sum, each) => sum + each, 0);
  const settling = chance.between(0, 0.04);

  const hours = (days + BEYOND_DAYS) * 24;
  const brought: number[] = [];
  const night: boolean[] = [];
  let trend = 0;
  let mood = 1;
  for (let index = 0; index < hours; index++) {
    const local = clock.localTime(from + index * HOUR_MS);
    const hour = Math.floor(local / HOUR_MS) % 24;
    const weekday = (Math.floor(local / DAY_MS) + 3) % 7;
    if (hour === 0) {
      trend = 0.97 * trend + chance.normal(0, 0.04);
      mood = Math.exp(chance.normal(0, moodSpread)) * (chance.uniform() < 0.02 ? 2.5 : 1);
    }
    const mean = (perDay * week[weekday]! * mood * Math.exp(trend) * dayShare[hour]!) / dayTotal;
    let amount = 0;
    let pieces = chance.exponential(1);
    for (const most = mean / pieceMean; pieces < most; pieces += chance.exponential(1))
      amount += chance.exponential(pieceMean);
    brought.push(amount);
    night.push(hour === 3);
  }

  const step = (level: number, index: number): number =>
    Math.min(1.2, (night[index]! ? level * (1 - settling) : level) + brought[index]!);

  // What the city does, hour by hour.
  const byPlan = chance.uniform() < 0.5;
  const tours = [0, 1, 2, 3, 4].filter(() => chance.uniform() < 0.4);
  const tourHour = Math.floor(chance.between(6, 13));
  const levels: number[] = [];
  let level = chance.between(0, 0.6);
  let fullHours = 0;
  for (let index = 0; index < hours; index++) {
    level = step(level, index);
    const local = clock.localTime(from + index * HOUR_MS);
    const onTour =
      tours.includes((Math.floor(local / DAY_MS) + 3) % 7) && Math.floor(local / HOUR_MS) % 24 === tourHour;
    fullHours = level >= 0.85 ? fullHours + 1 : 0;
    if ((byPlan && onTour && chance.uniform() < 0.9) || fullHours > 10 + 20 * chance.uniform()) {
      level = chance.between(0, 0.04);
      fullHours = 0;
    }
    levels.push(level);
  }
  const trueLevel = (at: number): number => {
    const index = Math.floor((at - from) / HOUR_MS);
    const [before, after] = [levels[index - 1] ?? levels[0]!, levels[index]!];
    return after < before ? before : before + (after - before) * (((at - from) % HOUR_MS) / HOUR_MS);
  };

  return {
    readings: measure(chance, { from, days, intervalMs }, trueLevel),
    reachedAt(at, wanted) {
      let index = Math.floor((at - from) / HOUR_MS);
      let now = trueLevel(at);
      if (now >= wanted) return at;
      const rest = 1 - ((at - from) % HOUR_MS) / HOUR_MS;
      let next = now + Math.max(0, levels[index]! - now);
      let [start, length] = [at, rest * HOUR_MS];
      for (;;) {
        if (next >= wanted) return start + (length * (wanted - now)) / (next - now);
        start += length;
        length = HOUR_MS;
        index++;
        if (index >= hours) return null;
        now = next;
        next = step(now, index);
      }
    },
  };
}

function measure(
  chance: Chance,
  { from, days, intervalMs }: Pick<BinOptions, 'from' | 'days' | 'intervalMs'>,
  trueLevel: (at: number) => number,
): BinHistory['readings'] {
  const noise = chance.between(0.003, 0.03);
  const quantum = chance.pick([0.0001, 0.0001, 0.01, 0.02]);
  const readings: { at: number; level: number }[] = [];
  const phase = chance.uniform() * intervalMs;
  let silentUntil = 0;
  let hangsUntil = 0;
  let hungAt = 0;
  for (let at = from + phase; at < from + days * DAY_MS; at += intervalMs) {
    if (chance.uniform() < intervalMs / (60 * DAY_MS)) silentUntil = at + chance.between(6, 60) * HOUR_MS;
    const shown = Math.min(1, Math.max(0, trueLevel(at) + chance.normal(0, noise)));
    let level = Math.round(shown / quantum) * quantum;
    if (chance.uniform() < 0.01) level = chance.pick([0, 1, chance.uniform()]);
    if (at > hangsUntil && chance.uniform() < intervalMs / (120 * DAY_MS)) {
      hangsUntil = at + chance.between(1, 4) * DAY_MS;
      hungAt = level;
    }
    if (at < hangsUntil) level = hungAt;
    if (at < silentUntil || chance.uniform() < 0.04) continue;
    readings.push({ at: Math.round(at), level: Math.round(level * 1e4) / 1e4 });
  }
  return readings;
}
