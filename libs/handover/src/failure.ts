import type { CodedError, Result } from '@stadtfunk/kernel';

/** Why another system did not do what it was asked for. Never what it said, nor where it is. */
export interface Failure extends CodedError {
  /** Whether the same request may work later. */
  readonly retryable: boolean;
  /** How long it asks to be left alone, ms; null: it does not say. */
  readonly pauseMs: number | null;
}

export type Answer<T> = Result<T, Failure>;

export function failed(
  code: string,
  detail: string,
  retryable: boolean,
  pauseMs: number | null = null,
): { readonly ok: false; readonly error: Failure } {
  return { ok: false, error: { code, detail, retryable, pauseMs } };
}

/** Somebody else works on the record by now. */
export const HELD_ELSEWHERE: Failure = {
  code: 'handover.busy',
  detail: 'another process hands the same job over',
  retryable: true,
  pauseMs: null,
};
