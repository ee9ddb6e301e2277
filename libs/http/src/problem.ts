import { STATUS_CODES } from 'node:http';

export interface FieldError {
  /** Where: `body.location.coordinates.0`, `query.limit`. */
  readonly path: string;
  readonly message: string;
}

/** An error as it is sent: RFC 9457 with our stable `code`. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly FieldError[];
  readonly [extension: string]: unknown;
}

/** What a client did wrong, or cannot have. Thrown by controllers and guards, sent by the filter. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** Stable, `noun.reason`. */
    readonly code: string,
    readonly detail: string,
    /** Further members of the document, such as the job as it is now. */
    readonly extensions: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = 'Problem';
  }

  get document(): ProblemDocument {
    const { status, code, detail, extensions } = this;
    return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, ...extensions };
  }
}

/** The thing, or the problem that there is none. */
export function found<T>(thing: T | undefined, noun: string, id: string): T {
  if (thing === undefined) throw new Problem(404, `${noun}.unknown`, `there is no ${noun} '${id}'`);
  return thing;
}
