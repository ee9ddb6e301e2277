import type { Page, QuarantinedReading } from '@stadtfunk/readings';

export const LETTER_STATES = ['open', 'retry', 'resolved', 'discarded'] as const;
export type LetterState = (typeof LETTER_STATES)[number];

export interface FiledLetter {
  readonly letterId: string;
  readonly deviceId: string;
  readonly topic: string;
  readonly receivedAt: number;
  readonly payload: Uint8Array;
  readonly code: string;
  readonly detail: string;
  readonly state: LetterState;
  readonly attempts: number;
}

export interface LetterFilter {
  readonly state?: LetterState;
  readonly deviceId?: string;
  readonly code?: string;
  /** Of devices that sit on an asset of any of these: what somebody may see. Absent: of all, registered or not. */
  readonly departments?: readonly string[];
  readonly limit: number;
  readonly after?: string;
}

/** Letters by their ids, or all of a code (and of a device). */
export type LetterChoice =
  | { readonly letterIds: readonly string[] }
  | (Required<Pick<LetterFilter, 'code'>> & Pick<LetterFilter, 'deviceId' | 'departments'>);

/** Letters that one call moves at the most, the oldest first: there may be millions, and others need the records meanwhile. */
export const MOST_MOVED = 10_000;

/** Dead letters and quarantined readings as people see them. */
export abstract class DeadLetterOffice {
  abstract list(filter: LetterFilter): Promise<Page<FiledLetter>>;
  abstract find(letterId: string): Promise<FiledLetter | undefined>;
  /** Marks open letters of these for another try, up to `MOST_MOVED` at once; gives how many were. */
  abstract retry(which: LetterChoice): Promise<number>;
  /** The same of letters that nobody needs any more. They stay counted as rejected. */
  abstract discard(which: LetterChoice): Promise<number>;
  abstract listQuarantined(filter: {
    readonly deviceId?: string;
    /** As of letters. */
    readonly departments?: readonly string[];
    readonly limit: number;
    readonly after?: string;
  }): Promise<Page<QuarantinedReading & { readonly quarantineId: string }>>;
}
