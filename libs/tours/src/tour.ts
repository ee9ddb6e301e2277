import type { JobPriority, JobState, Text } from '@stadtfunk/maintenance';
import type { Position } from './position.ts';

export const TOUR_STATES = ['planned', 'assigned', 'done', 'cancelled'] as const;
export type TourState = (typeof TOUR_STATES)[number];

/** A job that could be on a tour. */
export interface TourCandidate {
  readonly jobId: string;
  readonly number: number;
  readonly priority: JobPriority;
  /** UTC ms. */
  readonly dueAt: number | null;
  readonly assetId: string | null;
  readonly district: string | null;
  /** null: its asset is not known, or it has none. */
  readonly position: Position | null;
}

export interface TourStop {
  readonly jobId: string;
  readonly number: number;
  readonly title: Text;
  readonly priority: JobPriority;
  readonly state: JobState;
  readonly dueAt: number | null;
  readonly assetId: string | null;
  readonly name: string | null;
  readonly address: Readonly<Record<string, string>> | null;
  readonly position: Position;
  /** 0 to 1, as it was expected for that day. */
  readonly fillingLevel: number | null;
}

/** Jobs of an area that are done on one way, on one day of service. */
export interface Tour {
  readonly tourId: string;
  /** Running number for people. */
  readonly number: number;
  readonly department: string;
  readonly area: string | null;
  /** `2026-11-24`, of the city's calendar. */
  readonly serviceDay: string;
  /** `done`: nothing is left to do on it. */
  readonly state: TourState;
  /** Id of a crew of the department. */
  readonly crew: string | null;
  readonly assignee: string | null;
  /** Where it begins and ends; null: anywhere. */
  readonly depot: Position | null;
  /** What is still to be done, in the order of the way. */
  readonly stops: readonly TourStop[];
  /** Jobs that were on it: closed since, or free for another tour. */
  readonly formerJobIds: readonly string[];
  /** Of the way through all stops that are left, great-circle. */
  readonly lengthM: number;
  readonly createdAt: number;
  readonly createdBy: string;
  /** Counts changes; a change names the version that it was made on. */
  readonly version: number;
}

export interface NewStop {
  readonly jobId: string;
  readonly position: Position;
  readonly fillingLevel: number | null;
}

export interface NewTour {
  readonly department: string;
  readonly area: string | null;
  readonly serviceDay: string;
  readonly depot: Position | null;
  readonly stops: readonly NewStop[];
}
