import { DAY_MS } from '@stadtfunk/kernel';

export const KEY_FIGURE_GROUPS = ['department', 'district'] as const;
export type KeyFigureGroup = (typeof KEY_FIGURE_GROUPS)[number];

/** A problem that is back within this time after it was repaired was not repaired well. */
export const REPEAT_WITHIN_MS = 30 * DAY_MS;

/** What people do to a job that shows that they have seen it. */
export const ACKNOWLEDGING_ACTIONS = ['assign', 'delegate', 'start', 'wait', 'done', 'cancel'] as const;

export interface KeyFigureQuery {
  /** UTC ms; jobs that were opened from then on, and before `to`. */
  readonly from: number;
  readonly to: number;
  readonly by: KeyFigureGroup;
  /** Of these alone; absent: of all. */
  readonly departments?: readonly string[];
  /** Whose months these are. */
  readonly zone: string;
  /** UTC ms: what is due before it and not done was missed. */
  readonly now: number;
}

/** Of how many jobs it is known, and how long it took half and nine tenths of them. */
export interface Spread {
  readonly count: number;
  /** Interpolated between neighbours; null: of none. */
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
}

/** The jobs that were opened in a month. Never by person: they measure the service and not those who give it. */
export interface KeyFigures {
  /** Department or district; null: none is known. */
  readonly group: string | null;
  /** `2026-11`. */
  readonly month: string;
  readonly jobs: number;
  readonly cancelled: number;
  /** Until a person took it on, or acknowledged its alert. */
  readonly acknowledge: Spread;
  /** Until it was done, or a sensor showed that it is over. */
  readonly repair: Spread;
  /** Opened again by the problem, or the same kind of job for the same asset soon after one was done. */
  readonly repeated: number;
  /** Of the jobs with a due time that is decided: not cancelled, and done or past it. */
  readonly due: number;
  readonly keptInTime: number;
}

export abstract class KeyFigureSource {
  /** By month, then by group; `null` last. */
  abstract list(query: KeyFigureQuery): Promise<readonly KeyFigures[]>;
}
