import {
  ACTIVE_JOB_STATES,
  type Alert,
  type AlertChange,
  type Job,
  type JobEvent,
  type JobState,
} from '@stadtfunk/maintenance';
import { MemoryGroupPositions, type Positions, type PositionTable } from '@stadtfunk/uplinks';
import { RulesRecords, type OpenAlert, type RulesCommit, type StoredState } from './rules-records.ts';

type Raise = Extract<AlertChange, { type: 'raise' }>;
type Clear = Extract<AlertChange, { type: 'clear' }>;

/** What the records hold. Several `MemoryRulesRecords` over the same ones are several owners. */
export interface RulesRows {
  readonly positions: PositionTable;
  readonly states: Map<string, RulesCommit['states'][number]>;
  readonly alerts: Map<string, Alert>;
  readonly jobs: Map<string, Job>;
  readonly history: (JobEvent & { readonly jobId: string })[];
  readonly events: { readonly type: string; readonly data: Alert | Job }[];
}

/** The records of the group `rules` in memory: the twin of the adapters. */
export class MemoryRulesRecords extends RulesRecords {
  readonly rows: RulesRows;
  readonly #positions: MemoryGroupPositions;

  constructor(
    rows: RulesRows = {
      positions: new Map(),
      states: new Map(),
      alerts: new Map(),
      jobs: new Map(),
      history: [],
      events: [],
    },
  ) {
    super();
    this.rows = rows;
    this.#positions = new MemoryGroupPositions(rows.positions);
  }

  override async positions(logId: string, floors: Positions): Promise<Positions> {
    return this.#positions.read(logId, floors);
  }

  override async states(partitions: readonly number[]): Promise<readonly StoredState[]> {
    const stored = [...this.rows.states.values()].filter(({ partition }) => partitions.includes(partition));
    return stored.map(({ deviceId, state }) => ({ deviceId, state }));
  }

  override async openAlerts(assetId: string): Promise<readonly OpenAlert[]> {
    return [...this.rows.alerts.values()]
      .filter(({ subject, clearedAt }) => subject === `asset:${assetId}` && clearedAt === null)
      .map(({ alertId, ruleId, raisedAt }) => ({ alertId, ruleId, raisedAt }));
  }

  override async commit({ logId, reached, states, changes, at }: RulesCommit): Promise<void> {
    this.#positions.move(logId, reached);
    for (const state of states) this.rows.states.set(state.deviceId, state);
    for (const change of changes) {
      if (change.type === 'raise') this.#raise(change, at);
      else this.#clear(change, at);
    }
  }

  #raise({ type: _type, job: draft, evidence, ...raise }: Raise, at: number): void {
    const { alerts } = this.rows;
    const isOpen = ({ subject, ruleId, clearedAt }: Alert) =>
      subject === raise.subject && ruleId === raise.ruleId && clearedAt === null;
    if (alerts.has(raise.alertId) || [...alerts.values()].some(isOpen)) return;
    const open = { acknowledgedAt: null, acknowledgedBy: null, clearedAt: null, clearReason: null, clearedBy: null };
    this.#put('alert.raised', { ...raise, ...open, raisedBy: evidence });
    if (!draft) return;
    const { alertId, assetId, deviceId, ruleId } = raise;
    const fresh = { state: 'open', assignee: null, waitingFor: null, tags: [], createdAt: at, version: 1 } as const;
    const unclosed = { overdueAt: null, closedAt: null, evidence: null, unprovenAt: null };
    const job = { ...draft, ...fresh, ...unclosed, number: this.rows.jobs.size + 1, assetId, deviceId, alertIds: [alertId] };
    this.#note(job, at, `rule:${ruleId}`, 'create', null, null);
    this.#put('job.created', job);
  }

  #clear({ alertId, deviceId, clearedAt, reason, evidence }: Clear, at: number): void {
    const alert = this.rows.alerts.get(alertId);
    if (!alert || alert.clearedAt !== null) return;
    this.#put('alert.cleared', { ...alert, clearedAt, clearReason: reason, clearedBy: evidence });
    for (const job of this.rows.jobs.values()) {
      const isOver = job.alertIds.every((each) => this.rows.alerts.get(each)?.clearedAt !== null);
      const isActive = ACTIVE_JOB_STATES.some((state) => state === job.state);
      if (!job.alertIds.includes(alertId) || !isOver) continue;
      const closed = { ...job, closedAt: job.closedAt ?? at, version: job.version + 1 };
      if (reason === 'measured' && (isActive || job.state === 'done')) {
        this.#note({ ...job, state: 'verified' }, at, `sensor:${deviceId}`, 'verify', job.state, null);
        this.#put('job.changed', { ...closed, state: 'verified', evidence });
      } else if (reason !== 'measured' && isActive) {
        this.#note({ ...job, state: 'cancelled' }, at, `rule:${alert.ruleId}`, 'cancel', job.state, reason);
        this.#put('job.changed', { ...closed, state: 'cancelled' });
      }
    }
  }

  #put(type: string, data: Alert | Job): void {
    if ('jobId' in data) this.rows.jobs.set(data.jobId, data);
    else this.rows.alerts.set(data.alertId, data);
    this.rows.events.push({ type, data });
  }

  #note(
    { jobId, state }: Job,
    at: number,
    actor: string,
    action: JobEvent['action'],
    from: JobState | null,
    note: string | null,
  ): void {
    this.rows.history.push({ jobId, at, actor, action, from, to: state, note });
  }
}
