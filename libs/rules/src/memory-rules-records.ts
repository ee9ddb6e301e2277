import {
  isActive,
  isRelapse,
  isWorse,
  joinedJob,
  relapsedJob,
  verifiedJob,
  withdrawnJob,
  worsenedJob,
  type Alert,
  type AlertChange,
  type Job,
  type JobEvent,
  type JobStep,
} from '@stadtfunk/maintenance';
import { MemoryGroupPositions, type Positions, type PositionTable } from '@stadtfunk/uplinks';
import { RulesRecords, type OpenAlert, type RulesCommit, type StoredState } from './rules-records.ts';
import { applyToShadows, type ShadowAlert } from './shadow-alerts.ts';

type Raise = Extract<AlertChange, { type: 'raise' }>;
type Worsen = Extract<AlertChange, { type: 'worsen' }>;
type Clear = Extract<AlertChange, { type: 'clear' }>;

/** What the records hold. Several `MemoryRulesRecords` over the same ones are several owners. */
export interface RulesRows {
  readonly positions: PositionTable;
  readonly states: Map<string, RulesCommit['states'][number]>;
  readonly alerts: Map<string, Alert>;
  readonly shadows: Map<string, ShadowAlert>;
  readonly jobs: Map<string, Job>;
  readonly history: (JobEvent & { readonly jobId: string })[];
  readonly events: { readonly type: string; readonly data: Alert | Job }[];
}

function openOf(alerts: ReadonlyMap<string, Alert | ShadowAlert>, assetId: string): readonly OpenAlert[] {
  return [...alerts.values()]
    .filter(({ subject, clearedAt }) => subject === `asset:${assetId}` && clearedAt === null)
    .map(({ alertId, ruleId, raisedAt }) => ({ alertId, ruleId, raisedAt }));
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
      shadows: new Map(),
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
    return stored.map(({ partition: _partition, ...state }) => state);
  }

  override async openAlerts(assetId: string): Promise<readonly OpenAlert[]> {
    return openOf(this.rows.alerts, assetId);
  }

  override async openShadowAlerts(assetId: string): Promise<readonly OpenAlert[]> {
    return openOf(this.rows.shadows, assetId);
  }

  override async commit({ logId, reached, states, changes, shadowChanges = [], at }: RulesCommit): Promise<void> {
    this.#positions.move(logId, reached);
    for (const state of states) this.rows.states.set(state.deviceId, state);
    applyToShadows(this.rows.shadows, shadowChanges);
    for (const change of changes) {
      if (change.type === 'raise') this.#raise(change, at);
      else if (change.type === 'worsen') this.#worsen(change, at);
      else this.#clear(change, at);
    }
  }

  #raise({ type: _type, job: draft, grouping: _grouping, evidence, ...raise }: Raise, at: number): void {
    const { alerts } = this.rows;
    const isOpen = ({ subject, ruleId, clearedAt }: Alert) =>
      subject === raise.subject && ruleId === raise.ruleId && clearedAt === null;
    if (alerts.has(raise.alertId) || [...alerts.values()].some(isOpen)) return;
    const open = { acknowledgedAt: null, acknowledgedBy: null, clearedAt: null, clearReason: null, clearedBy: null };
    this.#put('alert.raised', { ...raise, ...open, raisedBy: evidence });
    if (!draft) return;
    const { alertId, assetId, deviceId, ruleId } = raise;
    const { reopenWithinMs, joins = [], ...order } = draft;
    const same = this.#jobOf(raise, joins);
    if (same) return this.#take(joinedJob(same, { alertId, ruleId, ...draft }, at));
    const before = this.#jobOfLastTime(raise, reopenWithinMs);
    if (before) return this.#take(relapsedJob(before, { alertId, ruleId, dueAt: draft.dueAt }, at));
    const fresh = { state: 'open', assignee: null, waitingFor: null, tags: [], createdAt: at, version: 1 } as const;
    const unclosed = { overdueAt: null, closedAt: null, evidence: null, unprovenAt: null };
    const job = {
      ...order,
      ...fresh,
      ...unclosed,
      crew: draft.crew ?? null,
      number: this.rows.jobs.size + 1,
      assetId,
      deviceId,
      alertIds: [alertId],
    };
    const created = { at, actor: `rule:${ruleId}`, action: 'create', from: null, to: 'open', note: null } as const;
    this.rows.history.push({ jobId: job.jobId, ...created });
    this.#put('job.created', job);
  }

  #worsen({ alertId, ruleId, severity, priority, explanation: rise }: Worsen, at: number): void {
    const alert = this.rows.alerts.get(alertId);
    if (!alert || alert.clearedAt !== null || !isWorse(severity, alert.severity)) return;
    const { explanation } = alert;
    const told = explanation && rise && { ...explanation, worsened: [...explanation.worsened, rise] };
    this.#put('alert.worsened', { ...alert, severity, ...(told && { explanation: told }) });
    if (priority === null) return;
    for (const job of this.rows.jobs.values()) {
      const step = job.alertIds.includes(alertId) ? worsenedJob(job, { ruleId, priority }, at) : undefined;
      if (step) this.#take(step);
    }
  }

  #clear({ alertId, deviceId, clearedAt, reason, evidence, explanation: decision }: Clear, at: number): void {
    const alert = this.rows.alerts.get(alertId);
    if (!alert || alert.clearedAt !== null) return;
    const { explanation } = alert;
    const told = explanation && decision && { explanation: { ...explanation, cleared: decision } };
    this.#put('alert.cleared', { ...alert, clearedAt, clearReason: reason, clearedBy: evidence, ...told });
    for (const job of this.rows.jobs.values()) {
      const isOver = job.alertIds.every((each) => this.rows.alerts.get(each)?.clearedAt !== null);
      if (!job.alertIds.includes(alertId) || !isOver) continue;
      const { ruleId } = alert;
      const step =
        reason === 'measured'
          ? verifiedJob(job, { deviceId, evidence }, at)
          : withdrawnJob(job, { ruleId, reason }, at);
      if (step) this.#take(step);
    }
  }

  /** The active job of an open alert that one of these rules has raised about the same. */
  #jobOf({ subject }: Pick<Raise, 'subject'>, rules: readonly string[]): Job | undefined {
    const isSame = (alertId: string) => {
      const alert = this.rows.alerts.get(alertId);
      return alert?.subject === subject && alert.clearedAt === null && rules.includes(alert.ruleId);
    };
    return [...this.rows.jobs.values()].find(({ state, alertIds }) => isActive(state) && alertIds.some(isSame));
  }

  /** The job that the problem had before, if it is still about it: an active one first, else that of the last time. */
  #jobOfLastTime(
    { subject, ruleId, raisedAt }: Pick<Raise, 'subject' | 'ruleId' | 'raisedAt'>,
    withinMs: number | undefined,
  ): Job | undefined {
    const { alerts, jobs } = this.rows;
    const found = [...jobs.values()].flatMap((job) =>
      job.alertIds.flatMap((alertId) => {
        const alert = alerts.get(alertId);
        const isSame = alert?.subject === subject && alert.ruleId === ruleId;
        const clearedAt = isSame ? alert.clearedAt : null;
        return clearedAt !== null && isRelapse(job, clearedAt, raisedAt, withinMs) ? [{ job, clearedAt }] : [];
      }),
    );
    const order = (a: (typeof found)[number], b: typeof a) =>
      Number(isActive(b.job.state)) - Number(isActive(a.job.state)) ||
      b.clearedAt - a.clearedAt ||
      b.job.number - a.job.number;
    return found.sort(order)[0]?.job;
  }

  #take({ job, event }: JobStep): void {
    this.rows.history.push({ jobId: job.jobId, ...event });
    this.#put('job.changed', job);
  }

  #put(type: string, data: Alert | Job): void {
    if ('jobId' in data) this.rows.jobs.set(data.jobId, data);
    else this.rows.alerts.set(data.alertId, data);
    this.rows.events.push({ type, data });
  }
}
