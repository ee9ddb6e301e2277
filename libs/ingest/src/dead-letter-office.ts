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

/** Dead letters and quarantined readings as people see them. */
export abstract class DeadLetterOffice {
  abstract list(filter: LetterFilter): Promise<Page<FiledLetter>>;
  abstract find(letterId: string): Promise<FiledLetter | undefined>;
  /** Marks open letters for another try; gives how many were. Without ids: all open letters that fit the filter. */
  abstract retry(
    which:
      | { readonly letterIds: readonly string[] }
      | (Required<Pick<LetterFilter, 'code'>> & Pick<LetterFilter, 'departments'>),
  ): Promise<number>;
  /** An open letter that nobody needs any more. It stays counted as rejected. */
  abstract discard(letterId: string): Promise<boolean>;
  abstract listQuarantined(filter: {
    readonly deviceId?: string;
    /** As of letters. */
    readonly departments?: readonly string[];
    readonly limit: number;
    readonly after?: string;
  }): Promise<Page<QuarantinedReading & { readonly quarantineId: string }>>;
}
