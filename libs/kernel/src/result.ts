/** Something expected that went wrong: a stable `noun.reason` code, and a detail for people. */
export interface CodedError {
  readonly code: string;
  readonly detail: string;
}

/** An outcome in which the failure is expected and therefore a value. */
export type Result<T, E = CodedError> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail(code: string, detail: string): { readonly ok: false; readonly error: CodedError } {
  return { ok: false, error: { code, detail } };
}
