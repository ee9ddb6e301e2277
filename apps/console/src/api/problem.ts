/** An answer that is no success: the API's problem document (RFC 9457), or that there was no answer. */
export class ApiError extends Error {
  constructor(
    /** 0: the server cannot be reached. */
    readonly status: number,
    /** Stable, `noun.reason`; `server.away` without an answer. */
    readonly code: string,
    readonly detail: string,
    /** The whole document, such as with the job as it is now. */
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || code);
    this.name = 'ApiError';
  }

  /** What is wrong with which field, by path without the part in front: `location.coordinates.0`. */
  get fieldErrors(): ReadonlyMap<string, string> {
    const errors = this.body['errors'];
    if (!Array.isArray(errors)) return new Map();
    return new Map(
      (errors as { path: string; message: string }[]).map(({ path, message }) => [
        path.replace(/^(?:body|query|path)\./, ''),
        message,
      ]),
    );
  }

  /** Somebody else was quicker. */
  get isConflict(): boolean {
    return this.status === 409 || this.status === 412;
  }
}

/** What was thrown, if it came from the API; anything else is a defect of ours and goes on. */
export function apiErrorOf(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  throw thrown;
}
