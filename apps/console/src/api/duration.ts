const UNIT_MS = { D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 } as const;

/** Ms of a duration as the API writes it (`P1DT2H3M4S`); 0 of anything else. */
export function msOf(duration: string | null | undefined): number {
  const [, days, hours, minutes, seconds] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(duration ?? '') ?? [];
  const of = (text: string | undefined, unit: keyof typeof UNIT_MS) => Number(text ?? 0) * UNIT_MS[unit];
  return of(days, 'D') + of(hours, 'H') + of(minutes, 'M') + of(seconds, 'S');
}
