import type { Page } from '@stadtfunk/readings';
import type { NewTour, Tour, TourCandidate } from './tour.ts';

export interface TourFilter {
  readonly department?: string;
  /** Any of these: what somebody may see, whatever he looks for. */
  readonly departments?: readonly string[];
  readonly serviceDay?: string;
  readonly limit: number;
  readonly after?: string;
}

export interface TourSaving {
  readonly tours: readonly NewTour[];
  readonly actor: string;
  readonly at: number;
  /** Of the city's calendar: a tour of a day before it holds its jobs no longer. */
  readonly today: string;
}

export interface TourChange {
  readonly tourId: string;
  readonly actor: string;
  readonly at: number;
  /** The version that the person saw; absent: whatever it is now. */
  readonly version?: number;
}

/** To a crew, whose jobs they are then, or a person, or a person of a crew. */
export interface TourAssignment extends TourChange {
  /** Id of a crew of the department; absent: as it is. */
  readonly crew?: string;
  /** Absent: nobody yet. */
  readonly assignee?: string;
}

export interface TourRefusal {
  readonly code: 'tour.unknown' | 'tour.conflict' | 'tour.closed';
  readonly detail: string;
}

/** Tours and the jobs on them. A job is on one open tour at a time. */
export abstract class TourStore {
  /** Up to `limit` jobs of a department that nobody has begun and that are on no open tour: most urgent first. */
  abstract candidates(department: string, today: string, limit: number): Promise<readonly TourCandidate[]>;
  /** All or none: `tour.conflict` where a job is on another tour by now, or is not to be done any more. */
  abstract save(saving: TourSaving): Promise<readonly Tour[] | TourRefusal>;
  /** Latest day first. */
  abstract list(filter: TourFilter): Promise<Page<Tour>>;
  abstract find(tourId: string): Promise<Tour | undefined>;
  /** Assigns the jobs of a tour that nobody has begun, with it, each with its history and event. */
  abstract assign(change: TourAssignment): Promise<Tour | TourRefusal>;
  /** Frees its jobs for other tours; their assignees stay. */
  abstract cancel(change: TourChange): Promise<Tour | TourRefusal>;
}

/** How full containers are going to be. */
export abstract class FillLevels {
  /** 0 to 1, of those of which it is known. */
  abstract at(assetIds: readonly string[], time: number): Promise<ReadonlyMap<string, number>>;
}
