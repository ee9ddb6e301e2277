import type { CodedError, Result } from '@stadtfunk/kernel';
import type { Values } from '@stadtfunk/readings';
import type { PayloadEdit } from './rewrite.ts';

/** One moment that a payload speaks of, in canonical quantities, with the device's time as sent and not yet judged. */
export interface Sample {
  /** `history` rows are recollections; a `periodic` or `event` sample is why the device sent. */
  readonly kind: 'periodic' | 'event' | 'history';
  /** UTC ms by the device's clock, however wrong. Absent: the device gave none. */
  readonly deviceTime?: number;
  /** Taken this long before the uplink arrived, ms, where the payload gives no time but an order or a relative time. */
  readonly ageMs?: number;
  readonly values: Values;
}

/**
 * What a payload says, in our words. No samples and no problems: a lifecycle message (boot, parameters), which is no
 * reading. No samples but problems: nothing of it can be used, for the first problem's reason.
 */
export interface Report {
  /** The device's identity by the payload: the IMEI, or its last digits (formats that send fewer than 15). */
  readonly imei?: string;
  /** Message counter of the device, where the format has one. May be 8 or 16 bits and restart at boot. */
  readonly counter?: number;
  /** Version of the device's firmware, where the payload names it: at most 32 characters. */
  readonly firmware?: string;
  readonly samples: readonly Sample[];
  /** What was left out and why: codes of PAYLOAD_CODES. */
  readonly problems: readonly CodedError[];
}

/**
 * A payload format as two pure functions: `decode` speaks the vendor's words and units, `normalise` ours.
 * Neither throws, whatever the bytes; `decode` fails with codes of PAYLOAD_CODES.
 */
export interface Format<Fields extends object = object> {
  readonly name: string;
  /** What it is and who sends it, for lists. */
  readonly title: string;
  readonly examples: readonly Example[];
  decode(payload: Uint8Array): Result<Fields>;
  normalise(fields: Fields): Report;
  /**
   * The payload with later times, or with pseudonyms, for recordings: it reads as before but for these. Fails as `decode` does: what
   * cannot be read cannot be changed either.
   */
  rewrite(payload: Uint8Array, edit: PayloadEdit): Result<Uint8Array>;
}

/** A payload with what it must decode to: documentation and test in one. */
export interface Example {
  readonly id: string;
  readonly encoding: 'hex' | 'json';
  readonly payload: string;
  /** The vendor's own quantities, a part of what `decode` gives. */
  readonly expected: Readonly<Record<string, unknown>>;
  /** Where the bytes come from. Device identities in them are made up, of the same shape. */
  readonly source: string;
  readonly notes?: string;
}
