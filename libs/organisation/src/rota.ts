import { DAY_MS, localTime, momentOfLocal } from '@stadtfunk/kernel';

/** Who is on call in turn. Local times are what the clocks of the zone show, as by `localTime`. */
export interface Rota {
  readonly rotaId: string;
  readonly zone: string;
  /** Local time at which the first of the people begins. */
  readonly start: number;
  /** Whole days, as the calendar counts them. */
  readonly shiftDays: number;
  /** Ids, in their order. */
  readonly people: readonly string[];
  /** Shifts that two people have exchanged, by number, each pair both ways. */
  readonly swaps: ReadonlyMap<number, number>;
  readonly overrides: readonly RotaOverride[];
}

/** Somebody stands in. */
export interface RotaOverride {
  /** Local times. */
  readonly from: number;
  readonly to: number;
  readonly personId: string;
}

/** Who is on call, and how long. Times are UTC ms. */
export interface Duty {
  readonly personId: string;
  readonly from: number;
  readonly until: number;
  readonly isOverride: boolean;
}

/** Who is on call at a moment; null: the rota has not begun. Changes at the local time of the rota, also when clocks change. */
export function dutyAt(rota: Rota, at: number): Duty | null {
  const override = overrideAt(rota, at);
  if (override) return override;
  const shift = shiftAt(rota, at);
  if (shift < 0) return null;
  const duty = dutyOf(rota, shift);
  // Somebody else may have stood in shortly before, or will.
  let { from, until } = duty;
  for (const moments of rota.overrides.map((each) => momentsOf(rota, each))) {
    if (moments.until <= at) from = Math.max(from, moments.until);
    if (moments.from > at) until = Math.min(until, moments.from);
  }
  return { ...duty, from, until };
}

/** Who is on call from a moment on, one after the other. */
export function dutiesFrom(rota: Rota, at: number, most: number): readonly Duty[] {
  const duties: Duty[] = [];
  let time = Math.max(at, momentOfLocal(rota.start, rota.zone));
  while (duties.length < most) {
    const duty = dutyAt(rota, time);
    if (!duty) break;
    duties.push(duty);
    time = duty.until;
  }
  return duties;
}

/** The number of the shift that begins on a date; undefined: none does. */
export function shiftOn({ start, shiftDays }: Pick<Rota, 'start' | 'shiftDays'>, date: number): number | undefined {
  const shift = (date - Math.floor(start / DAY_MS) * DAY_MS) / (shiftDays * DAY_MS);
  return Number.isInteger(shift) && shift >= 0 ? shift : undefined;
}

function shiftAt(rota: Rota, at: number): number {
  const shiftMs = rota.shiftDays * DAY_MS;
  // A local time that is shown twice, or never, may put this off by one.
  let shift = Math.floor((localTime(at, rota.zone) - rota.start) / shiftMs) + 1;
  while (beginningOf(rota, shift) > at) shift--;
  return shift;
}

function dutyOf(rota: Rota, shift: number): Duty {
  const turn = rota.swaps.get(shift) ?? shift;
  return {
    personId: rota.people[turn % rota.people.length]!,
    from: beginningOf(rota, shift),
    until: beginningOf(rota, shift + 1),
    isOverride: false,
  };
}

function beginningOf({ start, shiftDays, zone }: Rota, shift: number): number {
  return momentOfLocal(start + shift * shiftDays * DAY_MS, zone);
}

function overrideAt(rota: Rota, at: number): Duty | undefined {
  for (const override of rota.overrides) {
    const { from, until } = momentsOf(rota, override);
    if (from <= at && at < until) return { personId: override.personId, from, until, isOverride: true };
  }
  return undefined;
}

function momentsOf({ zone }: Rota, { from, to }: RotaOverride): { readonly from: number; readonly until: number } {
  return { from: momentOfLocal(from, zone), until: momentOfLocal(to, zone) };
}
