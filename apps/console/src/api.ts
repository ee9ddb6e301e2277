/** The parts of the HTTP API that the console uses, with the names of its OpenAPI document. */
export interface Text {
  readonly de: string;
  readonly en: string;
}

export type Severity = 'critical' | 'major' | 'minor' | 'warning';
export type JobState = 'open' | 'assigned' | 'inProgress' | 'waiting' | 'done' | 'verified' | 'cancelled';

export interface Alert {
  readonly alertId: string;
  readonly severity: Severity;
  readonly title: Text;
  readonly assetId: string | null;
  readonly deviceId: string;
  readonly open: boolean;
  readonly raisedAt: string;
  readonly acknowledgedBy: string | null;
}

export interface Job {
  readonly jobId: string;
  readonly number: number;
  readonly title: Text;
  readonly department: string;
  readonly assetId: string | null;
  readonly deviceId: string | null;
  readonly priority: 'urgent' | 'high' | 'normal' | 'low';
  readonly state: JobState;
  readonly assignee: string | null;
  /** The reason, while it is waiting. */
  readonly waitingFor: string | null;
  readonly createdAt: string;
  readonly dueAt: string | null;
  readonly version: number;
}

export interface Department {
  readonly departmentId: string;
  readonly name: Text;
}

export interface Ledger {
  readonly uplinks: {
    readonly received: number;
    readonly processed: number;
    readonly rejected: number;
    readonly waiting: number;
  };
  readonly readings: { readonly stored: number; readonly duplicate: number; readonly quarantined: number };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** An answer that is no success: the API's problem document, or that there was none. */
export class ApiError extends Error {
  constructor(
    /** 0: the server cannot be reached. */
    readonly status: number,
    readonly code: string,
    detail: string,
    /** The job as it is now, where somebody else was quicker. */
    readonly job: Job | undefined,
  ) {
    super(detail);
  }
}

export async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    credentials: 'same-origin',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (!response) throw new ApiError(0, 'server.away', '', undefined);
  if (response.status === 204) return undefined as T;
  const content = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; job?: Job };
  if (response.ok) return content as T;
  throw new ApiError(response.status, content.code ?? 'server.fault', content.detail ?? '', content.job);
}

/** Pages of a list, as many as a person can use. */
export async function callAll<T>(path: string, most = 5000): Promise<T[]> {
  const items: T[] = [];
  let next: string | null = null;
  do {
    const after: string = next === null ? '' : `&after=${encodeURIComponent(next)}`;
    const page: Page<T> = await call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=1000${after}`);
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < most);
  return items;
}
