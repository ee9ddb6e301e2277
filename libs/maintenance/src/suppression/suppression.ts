/**
 * Why nobody is told of an open alert, in the terms of ISA-18.2: `shelved` by an operator, `outOfService` for planned work, or
 * suppressed `byDesign`, because the alert of a group stands for it, or may before long.
 */
export const SUPPRESSIONS = ['byDesign', 'outOfService', 'shelved'] as const;
export type SuppressionKind = (typeof SUPPRESSIONS)[number];

export interface Suppression {
  readonly kind: SuppressionKind;
  /** When it ends by itself, UTC ms; null: when the group is over. */
  readonly until: number | null;
}

/** What a suppression that somebody asked for has to say. */
export interface SuppressionAsked {
  readonly reason: string;
  readonly actor: string;
}

/** What a window or a shelf is refused for. */
export interface SuppressionRefusal {
  readonly code:
    | 'alert.unknown'
    | 'alert.cleared'
    | 'alert.notShelved'
    | 'shelf.endsInPast'
    | 'shelf.tooLong'
    | 'window.unknown'
    | 'window.endsInPast'
    | 'window.endsBeforeStart'
    | 'window.tooLong'
    | 'window.tooMany'
    | 'window.scopeMissing';
  readonly detail: string;
}
