import type { JobPriority, JobState } from '@stadtfunk/maintenance';
import type { FactName } from './facts.ts';

/** Which jobs go to which other systems and what they are called there: a hand-over file, checked. */
export interface HandoverPlan {
  readonly targets: readonly TargetPlan[];
}

export type TargetPlan = ServiceNowPlan | RestPlan;

interface CommonPlan {
  readonly id: string;
  /** Any of each; null: all. */
  readonly select: Readonly<Record<'department' | 'kind' | 'priority', readonly string[] | null>>;
  /** Sent when a record is made, and never after. */
  readonly create: readonly FieldPlan[];
  readonly fields: readonly FieldPlan[];
  readonly state: StatePlan;
  readonly priority: PriorityPlan | null;
  readonly auth: AuthPlan | null;
  readonly status: StatusPlan;
  /** Jobs handed over or changed per minute and process. */
  readonly perMinute: number;
  /** Of one request, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Whether requests may leave this machine without TLS. */
  readonly insecure: boolean;
}

/** A table of a ServiceNow instance, through its Table API. */
export interface ServiceNowPlan extends CommonPlan {
  readonly kind: 'servicenow';
  /** Origin: `https://city.service-now.com`. */
  readonly instance: string;
  readonly table: string;
  /** `correlation_display` of our records: which installation they are from. */
  readonly source: string;
  /** The journal field that comments go to and come from, such as `work_notes`; null: none. */
  readonly notes: string | null;
  /** Whether photos become attachments. */
  readonly photos: boolean;
}

/** Any system that takes JSON over HTTP. */
export interface RestPlan extends CommonPlan {
  readonly kind: 'rest';
  readonly make: RestCall;
  readonly change: RestCall;
  /** Lists the records of a job, so that none is made twice. */
  readonly find: RestList | null;
  /** Lists what changed since a moment. */
  readonly changes: RestList | null;
  readonly headers: Readonly<Record<string, HeaderPlan>>;
  readonly idempotencyHeader: string | null;
  /** Where things stand in a record as that system gives it. */
  readonly record: RecordPointers;
  /** null: comments stay here. */
  readonly comments: CommentsPlan | null;
  /** null: photos stay here. */
  readonly photos: PhotosPlan | null;
}

/** Where the comments of a record are read, oldest first, and written. */
export interface CommentsPlan {
  readonly list: RestList & { readonly text: string };
  readonly add: {
    readonly method: RestCall['method'];
    readonly url: string;
    /** Where the text stands in the body. */
    readonly field: string;
  };
}

export const PHOTO_FORMS = ['multipart', 'file', 'link'] as const;
export type PhotoForm = (typeof PHOTO_FORMS)[number];

/** How the photos of a job come to its record. */
export interface PhotosPlan {
  readonly add: {
    readonly method: RestCall['method'];
    readonly url: string;
    /** As a form with a file, as the file itself, or as JSON with a link to the picture. */
    readonly as: PhotoForm;
    /** Of the file in the form, or where the link stands in the body. */
    readonly field: string;
    /** What goes with it in the form or the body. */
    readonly with: readonly FieldPlan[];
    /** Where the id of the photo stands in the answer; null: it does not say. */
    readonly id: string | null;
  };
  /** Lists the files of a record, so that none is sent twice. */
  readonly list: (RestList & { readonly name: string; readonly id: string | null }) | null;
  /** Removes one; null: what was sent stays. */
  readonly remove: { readonly url: string } | null;
}

export interface RestCall {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly url: string;
  /** Where the record stands in the answer. */
  readonly record: string;
}

export interface RestList {
  readonly url: string;
  readonly items: string;
  /** Where the URL of the next page stands in the answer; null: pages are asked for by `{offset}`, or there is one. */
  readonly next: string | null;
}

/** JSON Pointers (RFC 6901); null: it does not say. */
export type RecordPointers = Readonly<Record<(typeof RECORD_PARTS)[number], string | null>>;
export const RECORD_PARTS = [
  'externalId',
  'jobId',
  'number',
  'state',
  'priority',
  'assignee',
  'note',
  'updatedAt',
  'revision',
] as const;

export type HeaderPlan = { readonly value: string } | { readonly env: string; readonly prefix: string };

/** Names of environment variables; what they hold is nowhere but in the environment. */
export type AuthPlan =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | {
      readonly kind: 'oauth';
      readonly clientId: string;
      readonly clientSecret: string;
      /** Where tokens come from; null: `/oauth_token.do` of the instance. */
      readonly url: string | null;
      readonly scope: string | null;
    };

export interface StatusPlan {
  /** Minutes between two looks, a divisor of 60; null: nobody looks. */
  readonly everyMinutes: number | null;
  readonly receive: ReceivePlan | null;
}

/** How messages of the other system prove where they come from, and where things stand in them. */
export interface ReceivePlan {
  readonly by: 'token' | 'signature';
  /** Name of the environment variable. */
  readonly secret: string;
  readonly record: RecordPointers;
}

export interface FieldPlan {
  /** A field, or a JSON Pointer into the body. */
  readonly name: string;
  readonly value: FieldValue;
}

export type Constant = string | number | boolean | null;

export type FieldValue =
  | { readonly kind: 'constant'; readonly value: Constant }
  | { readonly kind: 'text'; readonly parts: readonly TextPart[]; readonly longest: number | null }
  | {
      readonly kind: 'fact';
      readonly fact: FactName;
      readonly as: FactFormat | null;
      readonly map: Readonly<Record<string, Constant>> | null;
      /** Where `map` has nothing for it, or there is none. */
      readonly otherwise: Constant;
      readonly longest: number | null;
    };
export type TextPart = { readonly text: string } | { readonly fact: FactName };

export const FACT_FORMATS = ['text', 'iso', 'utc', 'seconds', 'milliseconds'] as const;
export type FactFormat = (typeof FACT_FORMATS)[number];

export interface StatePlan {
  readonly field: string;
  readonly out: Readonly<Record<JobState, StateWord>>;
  readonly in: Readonly<Record<string, JobState>>;
}

export interface StateWord {
  readonly value: string | number;
  /** What goes with it: many systems want to know why something was closed. */
  readonly with: readonly FieldPlan[];
}

export interface PriorityPlan {
  readonly field: string;
  readonly out: Readonly<Record<JobPriority, string | number>>;
  readonly in: Readonly<Record<string, JobPriority>>;
}
