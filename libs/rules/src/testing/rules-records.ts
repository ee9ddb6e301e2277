import { DAY_MS, idFrom } from '@stadtfunk/kernel';
import {
  MOST_ALERTS_OF_A_JOB,
  type Alert,
  type AlertChange,
  type Evidence,
  type ExplainedDecision,
  type Job,
  type JobEvent,
} from '@stadtfunk/maintenance';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RulesCommit, RulesRecords } from '../rules-records.ts';
import type { ShadowAlert } from '../shadow-alerts.ts';

export interface RulesRecordsHarness {
  readonly records: RulesRecords;
  /** Another owner of the same records. */
  another(): Promise<RulesRecords>;
  /** What a person says of a job. */
  say(jobId: string, action: 'start' | 'done' | 'cancel', at: number): Promise<void>;
  alerts(): Promise<readonly Alert[]>;
  jobs(): Promise<readonly Job[]>;
  shadows(): Promise<readonly ShadowAlert[]>;
  history(jobId: string): Promise<readonly JobEvent[]>;
  events(): Promise<readonly { readonly type: string; readonly data: Alert | Job }[]>;
}

type Raise = Extract<AlertChange, { type: 'raise' }>;
type Worsen = Extract<AlertChange, { type: 'worsen' }>;
type Clear = Extract<AlertChange, { type: 'clear' }>;

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const FLOORS = [0, 10];

const evidenceAt = (observedAt: number, fillingLevel: number): Evidence => {
  return { observedAt, receivedAt: observedAt + 1_500, values: { fillingLevel } };
};

export function raiseOf(name: string, more: Partial<Raise> = {}): Raise {
  return {
    type: 'raise',
    alertId: idFrom('alert', name),
    ruleId: 'bin-full',
    ruleVersion: '1',
    severity: 'minor',
    title: { de: 'Behälter voll', en: 'Container full' },
    subject: `asset:${name}`,
    assetId: name,
    deviceId: `sensor-of-${name}`,
    raisedAt: NOON,
    evidence: evidenceAt(NOON, 0.93),
    job: {
      jobId: idFrom('job', name),
      kind: 'empty',
      title: { de: 'Leeren', en: 'Empty it' },
      department: 'waste',
      priority: 'normal',
      dueAt: NOON + 60 * MINUTE,
    },
    ...more,
  };
}

export function worsenOf(name: string, more: Partial<Worsen> = {}): Worsen {
  return {
    type: 'worsen',
    alertId: idFrom('alert', name),
    ruleId: 'bin-full',
    severity: 'major',
    worsenedAt: NOON + 5 * MINUTE,
    priority: 'high',
    ...more,
  };
}

const decided: ExplainedDecision = {
  ruleVersion: '1',
  since: NOON,
  forMs: 0,
  readings: [evidenceAt(NOON, 0.93)],
  conditions: [
    {
      text: 'fillingLevel >= 0.85',
      holds: true,
      terms: [
        {
          text: 'fillingLevel >= 0.85',
          answer: true,
          values: { fillingLevel: 0.93 },
          threshold: { value: 0.93, operator: '>=', limit: 0.85 },
        },
      ],
    },
  ],
};

export function clearOf(name: string, more: Partial<Clear> = {}): Clear {
  const clearedAt = NOON + 10 * MINUTE;
  return {
    type: 'clear',
    alertId: idFrom('alert', name),
    deviceId: `sensor-of-${name}`,
    clearedAt,
    reason: 'measured',
    evidence: evidenceAt(clearedAt, 0.02),
    ...more,
  };
}

/** What all records of the group `rules` promise. `make` gives empty ones, with the departments of the default rules. */
export function describeRulesRecords(name: string, make: () => Promise<RulesRecordsHarness>): void {
  describe(`rules records: ${name}`, () => {
    let harness: RulesRecordsHarness;
    let sequence = 0;
    const commit = (changes: readonly AlertChange[], more: Partial<RulesCommit> = {}) => {
      const at = NOON + 5_000;
      return harness.records.commit({ logId: 'log-1', reached: [[0, ++sequence]], states: [], changes, at, ...more });
    };
    const job = async (of: string) => (await harness.jobs()).find(({ jobId }) => jobId === idFrom('job', of));
    const history = async (of: string) => {
      return (await harness.history(idFrom('job', of))).map(({ actor, action, from, to }) => [actor, action, from, to]);
    };
    const told = async () => (await harness.events()).map(({ type }) => type);

    beforeEach(async () => {
      harness = await make();
      sequence = 0;
      await harness.records.positions('log-1', FLOORS);
    });

    it('takes an alert into the open job of the same problem, and makes that as urgent and due as soon', async () => {
      const soon = raiseOf('bin-7', { ruleId: 'full-soon', alertId: idFrom('alert', 'soon') });
      const full = raiseOf('bin-7', { alertId: idFrom('alert', 'full') });
      const draft = { ...full.job!, jobId: idFrom('job', 'full'), priority: 'high', joins: ['full-soon'] } as const;
      await commit([soon, { ...full, job: { ...draft, dueAt: NOON + 30 * MINUTE } }]);
      await commit([
        {
          ...raiseOf('bin-8', { alertId: idFrom('alert', 'other') }),
          job: { ...draft, jobId: idFrom('job', 'other') },
        },
      ]);

      const jobs = await harness.jobs();
      expect(jobs).toHaveLength(2);
      expect(jobs.find(({ jobId }) => jobId === soon.job!.jobId)).toMatchObject({
        alertIds: [soon.alertId, full.alertId].sort(),
        priority: 'high',
        dueAt: NOON + 30 * MINUTE,
        state: 'open',
      });
      await commit([clearOf('bin-7', { alertId: soon.alertId })]);
      expect((await harness.jobs()).find(({ jobId }) => jobId === soon.job!.jobId)?.state).toBe('open');
      await commit([clearOf('bin-7', { alertId: full.alertId })]);
      expect((await harness.jobs()).find(({ jobId }) => jobId === soon.job!.jobId)?.state).toBe('verified');
    });

    it('keeps the state of each device, by partition', async () => {
      const state = (deviceId: string, partition: number, text: string) => ({ deviceId, partition, state: text });
      await commit([], { states: [state('a', 0, '{"x":1}'), state('b', 1, '{}')] });
      await commit([], { states: [state('a', 0, '{"x":"ü\\u0007"}')] });

      expect(await harness.records.states([0])).toEqual([{ deviceId: 'a', state: '{"x":"ü\\u0007"}' }]);
      expect(await harness.records.states([0, 1])).toHaveLength(2);
      expect(await harness.records.states([])).toEqual([]);
    });

    it('keeps what rules in shadow mode remember beside it, until they are gone', async () => {
      const state = { deviceId: 'a', partition: 0, state: '{"x":1}' };
      await commit([], { states: [{ ...state, shadow: '{"y":2}' }] });
      expect(await harness.records.states([0])).toEqual([{ deviceId: 'a', state: '{"x":1}', shadow: '{"y":2}' }]);
      await commit([], { states: [state] });
      expect(await harness.records.states([0])).toEqual([{ deviceId: 'a', state: '{"x":1}' }]);
    });

    it('records what rules in shadow mode decide, and nothing else: no alert, no job, nobody is told', async () => {
      const { type: _type, evidence, explanation: _explanation, grouping: _grouping, ...raised } = raiseOf('bin-1');
      await commit([], { shadowChanges: [raiseOf('bin-1'), raiseOf('bin-2')] });
      const open = { clearedAt: null, clearReason: null, clearedBy: null };
      expect(await harness.shadows()).toContainEqual({ ...raised, raisedBy: evidence, ...open });
      const { alertId, ruleId, raisedAt } = raised;
      expect(await harness.records.openShadowAlerts('bin-1')).toEqual([{ alertId, ruleId, raisedAt }]);

      const { clearedAt, evidence: clearedBy } = clearOf('bin-1');
      const worse = { type: 'worsen', alertId, ruleId, severity: 'major', worsenedAt: NOON, priority: null } as const;
      await commit([], { shadowChanges: [worse, clearOf('bin-1'), raiseOf('bin-1'), raiseOf('bin-2', { alertId })] });
      expect(await harness.shadows()).toHaveLength(2);
      const ended = { severity: 'major', clearedAt, clearReason: 'measured', clearedBy };
      expect((await harness.shadows()).find((each) => each.alertId === alertId)).toMatchObject(ended);
      expect(await harness.records.openShadowAlerts('bin-1')).toEqual([]);

      expect([await harness.alerts(), await harness.jobs(), await harness.events()]).toEqual([[], [], []]);
      expect(await harness.records.openAlerts('bin-2')).toEqual([]);
      // The same problem may be live at the same time.
      await commit([raiseOf('bin-2')]);
      expect(await harness.alerts()).toHaveLength(1);
    });

    it('opens an alert with its job, and tells of both', async () => {
      await commit([raiseOf('bin-1')]);

      const { type: _type, job: draft, evidence, ...raised } = raiseOf('bin-1');
      const alert: Alert = {
        ...raised,
        raisedBy: evidence,
        acknowledgedAt: null,
        acknowledgedBy: null,
        clearedAt: null,
        clearReason: null,
        clearedBy: null,
      };
      expect(await harness.alerts()).toEqual([alert]);
      const made = (await job('bin-1'))!;
      expect(made).toEqual({
        ...draft,
        number: made.number,
        assetId: 'bin-1',
        deviceId: 'sensor-of-bin-1',
        state: 'open',
        crew: null,
        assignee: null,
        waitingFor: null,
        tags: [],
        createdAt: NOON + 5_000,
        overdueAt: null,
        closedAt: null,
        evidence: null,
        unprovenAt: null,
        alertIds: [alert.alertId],
        version: 1,
      });
      expect(await history('bin-1')).toEqual([['rule:bin-full', 'create', null, 'open']]);
      expect(await harness.events()).toMatchObject([
        { type: 'alert.raised', data: alert },
        { type: 'job.created', data: made },
      ]);
      expect(await harness.records.openAlerts('bin-1')).toEqual([
        { alertId: alert.alertId, ruleId: 'bin-full', raisedAt: NOON },
      ]);
    });

    it('opens an alert that asks for no job', async () => {
      await commit([raiseOf('bin-1', { job: null, assetId: null, subject: 'device:sensor-1' })]);

      expect(await harness.alerts()).toHaveLength(1);
      expect(await harness.jobs()).toEqual([]);
      expect(await harness.records.openAlerts('bin-1')).toEqual([]);
    });

    it('makes of one problem one alert and one job, in one batch and over batches', async () => {
      const again = raiseOf('bin-1', { alertId: idFrom('another alert'), job: raiseOf('other').job });
      await commit([raiseOf('bin-1'), raiseOf('bin-1'), again]);
      await commit([raiseOf('bin-1'), again]);

      expect(await harness.alerts()).toHaveLength(1);
      expect((await harness.jobs()).map(({ jobId }) => jobId)).toEqual([idFrom('job', 'bin-1')]);
      expect(await told()).toEqual(['alert.raised', 'job.created']);
    });

    it('lets the severity of an alert rise, with the priority of its job, and tells of both', async () => {
      await commit([raiseOf('bin-1'), raiseOf('bin-2')]);
      const seen = (await told()).length;
      await commit([
        worsenOf('bin-1', { priority: null }),
        worsenOf('bin-1', { severity: 'critical', priority: 'urgent' }),
      ]);

      const alerts = await harness.alerts();
      const severityOf = (of: string) => alerts.find(({ alertId }) => alertId === idFrom('alert', of))?.severity;
      expect([severityOf('bin-1'), severityOf('bin-2')]).toEqual(['critical', 'minor']);
      expect(await job('bin-1')).toMatchObject({ state: 'open', priority: 'urgent', version: 2 });
      expect(await job('bin-2')).toMatchObject({ priority: 'normal', version: 1 });
      expect((await harness.history(idFrom('job', 'bin-1'))).at(-1)).toMatchObject({
        actor: 'rule:bin-full',
        action: 'edit',
        changes: { priority: 'urgent' },
      });
      expect((await told()).slice(seen).sort()).toEqual(['alert.worsened', 'alert.worsened', 'job.changed']);
    });

    it('changes nothing by a worsening that is no news', async () => {
      await commit([raiseOf('bin-1'), raiseOf('bin-2', { severity: 'critical' }), raiseOf('bin-3'), clearOf('bin-3')]);
      await harness.say(idFrom('job', 'bin-1'), 'done', NOON + MINUTE);
      await commit([worsenOf('bin-1')]);
      const before = [await harness.alerts(), await harness.jobs(), await told()];
      await commit([worsenOf('bin-1'), worsenOf('bin-2'), worsenOf('bin-3'), worsenOf('nobody')]);

      expect([await harness.alerts(), await harness.jobs(), await told()]).toEqual(before);
      expect(await job('bin-1')).toMatchObject({ state: 'done', priority: 'normal' });
    });

    it('keeps why an alert was raised, became worse and was cleared', async () => {
      const clears = { text: 'fillingLevel < 0.5', forMs: 60_000, terms: [] };
      const explanation = { raised: decided, worsened: [], clears, cleared: null };
      const rise = { ...decided, severity: 'major', at: NOON + 5 * MINUTE } as const;
      const over = { ...decided, since: NOON + 9 * MINUTE };
      await commit([raiseOf('bin-1', { explanation }), raiseOf('bin-2')]);
      expect((await harness.alerts()).find(({ assetId }) => assetId === 'bin-1')?.explanation).toEqual(explanation);

      await commit([worsenOf('bin-1', { explanation: rise }), worsenOf('bin-2', { explanation: rise })]);
      await commit([clearOf('bin-1', { explanation: over }), clearOf('bin-2', { explanation: over })]);

      const kept = new Map((await harness.alerts()).map((alert) => [alert.assetId, alert]));
      expect(kept.get('bin-1')?.explanation).toEqual({ ...explanation, worsened: [rise], cleared: over });
      expect(kept.get('bin-2')).not.toHaveProperty('explanation');
    });

    it('verifies the job when the sensor measures that it is over', async () => {
      await commit([raiseOf('bin-1'), raiseOf('bin-2')]);
      const clear = clearOf('bin-1');
      await commit([clear], { at: NOON + 11 * MINUTE });

      const alert = (await harness.alerts()).find(({ alertId }) => alertId === clear.alertId);
      const { clearedAt, evidence } = clear;
      expect(alert).toMatchObject({ clearedAt, clearReason: 'measured', clearedBy: evidence });
      expect(await job('bin-1')).toMatchObject({
        state: 'verified',
        evidence,
        closedAt: NOON + 11 * MINUTE,
        version: 2,
      });
      expect(await job('bin-2')).toMatchObject({ state: 'open', version: 1 });
      expect((await history('bin-1')).at(-1)).toEqual(['sensor:sensor-of-bin-1', 'verify', 'open', 'verified']);
      expect((await harness.events()).slice(-2)).toMatchObject([
        { type: 'alert.cleared', data: { alertId: clear.alertId, clearedAt } },
        { type: 'job.changed', data: { state: 'verified', version: 2, alertIds: [clear.alertId], evidence } },
      ]);
      expect(await harness.records.openAlerts('bin-1')).toEqual([]);
    });

    it('confirms a job that somebody has said is done, without moving when it was closed', async () => {
      await commit([raiseOf('bin-1')]);
      await harness.say(idFrom('job', 'bin-1'), 'start', NOON + MINUTE);
      await harness.say(idFrom('job', 'bin-1'), 'done', NOON + 2 * MINUTE);
      await commit([clearOf('bin-1')], { at: NOON + 11 * MINUTE });

      const { evidence } = clearOf('bin-1');
      expect(await job('bin-1')).toMatchObject({
        state: 'verified',
        closedAt: NOON + 2 * MINUTE,
        evidence,
        version: 4,
      });
      expect((await history('bin-1')).at(-1)).toEqual(['sensor:sensor-of-bin-1', 'verify', 'done', 'verified']);
    });

    it('leaves a cancelled job alone', async () => {
      await commit([raiseOf('bin-1')]);
      await harness.say(idFrom('job', 'bin-1'), 'cancel', NOON + MINUTE);
      const before = await job('bin-1');
      await commit([clearOf('bin-1')]);

      expect(await job('bin-1')).toEqual(before);
      expect((await told()).at(-1)).toBe('alert.cleared');
    });

    it.each(['ruleRemoved', 'rebound'] as const)(
      'withdraws a job that nobody can confirm any more (%s)',
      async (reason) => {
        await commit([raiseOf('bin-1'), raiseOf('bin-2')]);
        await harness.say(idFrom('job', 'bin-2'), 'done', NOON + MINUTE);
        const withdrawn = { reason, evidence: null };
        await commit([clearOf('bin-1', withdrawn), clearOf('bin-2', withdrawn)], { at: NOON + 11 * MINUTE });

        expect(await job('bin-1')).toMatchObject({ state: 'cancelled', evidence: null, closedAt: NOON + 11 * MINUTE });
        expect(await job('bin-2')).toMatchObject({ state: 'done', version: 2, closedAt: NOON + MINUTE });
        const last = (await harness.history(idFrom('job', 'bin-1'))).at(-1)!;
        expect(last).toMatchObject({ actor: 'rule:bin-full', action: 'cancel', from: 'open', to: 'cancelled' });
        expect(last.note).toBeTruthy();
      },
    );

    it('changes nothing by a clear of an alert that is not open', async () => {
      await commit([raiseOf('bin-1'), clearOf('bin-1')]);
      const [before] = await harness.alerts();
      const events = await told();
      await commit([clearOf('bin-1', { clearedAt: NOON + 99 * MINUTE }), clearOf('nobody')]);

      expect(await harness.alerts()).toEqual([before]);
      expect(await told()).toEqual(events);
    });

    const again = (name: string, later: number, more: Partial<Raise> = {}) => {
      const raisedAt = NOON + 10 * MINUTE + later;
      const draft = { ...raiseOf(name).job!, dueAt: raisedAt + 60 * MINUTE };
      return raiseOf('bin-1', { alertId: idFrom('alert', name), job: draft, raisedAt, ...more });
    };

    it('takes the changes of a batch in their order', async () => {
      const second = again('second', MINUTE);
      await commit([raiseOf('bin-1'), clearOf('bin-1'), second, clearOf('bin-1')]);

      expect((await harness.records.openAlerts('bin-1')).map(({ alertId }) => alertId)).toEqual([second.alertId]);
      expect(await harness.jobs()).toMatchObject([
        { state: 'open', alertIds: [clearOf('bin-1').alertId, second.alertId].sort() },
      ]);
      expect(await told()).toEqual([
        'alert.raised',
        'job.created',
        'alert.cleared',
        'job.changed',
        'alert.raised',
        'job.changed',
      ]);
    });

    it('opens the job again when its problem is back within a day, due anew', async () => {
      await commit([raiseOf('bin-1')]);
      await harness.say(idFrom('job', 'bin-1'), 'done', NOON + MINUTE);
      await commit([clearOf('bin-1')]);
      const second = again('second', DAY_MS);
      const at = second.raisedAt + 5_000;
      await commit([second], { at });
      await commit([second], { at: at + 1 });

      const alertIds = [clearOf('bin-1').alertId, second.alertId].sort();
      expect(await harness.jobs()).toMatchObject([
        {
          jobId: idFrom('job', 'bin-1'),
          state: 'open',
          assignee: null,
          createdAt: NOON + 5_000,
          dueAt: second.job!.dueAt,
          closedAt: null,
          evidence: null,
          version: 4,
          alertIds,
        },
      ]);
      expect((await harness.history(idFrom('job', 'bin-1'))).at(-1)).toMatchObject({
        at,
        actor: 'rule:bin-full',
        action: 'relapse',
        from: 'verified',
        to: 'open',
        note: null,
        changes: { alertId: second.alertId, dueAt: second.job!.dueAt },
      });
      expect((await harness.events()).at(-1)).toMatchObject({ type: 'job.changed', data: { state: 'open', alertIds } });

      await commit([clearOf('second', { clearedAt: second.raisedAt + MINUTE })], { at: at + MINUTE });
      expect(await job('bin-1')).toMatchObject({ state: 'verified', closedAt: at + MINUTE, version: 5 });
    });

    it.each([
      [3 * DAY_MS, 3 * DAY_MS, 'open'],
      [3 * DAY_MS, 3 * DAY_MS + 1, 'verified'],
      [0, 1, 'verified'],
    ])(
      'opens the job again within the time that its rule gives: %i ms, back after %i ms',
      async (within, later, state) => {
        await commit([raiseOf('bin-1'), clearOf('bin-1')]);
        const second = again('second', later);
        await commit([{ ...second, job: { ...second.job!, jobId: idFrom('job', 'second'), reopenWithinMs: within } }]);

        expect(await job('bin-1')).toMatchObject({ state });
        expect(await harness.jobs()).toHaveLength(state === 'open' ? 1 : 2);
      },
    );

    it.each([
      ['is back later', again('second', DAY_MS + 1), 'verified'],
      ['is of another rule', again('second', MINUTE, { ruleId: 'bin-fire' }), 'verified'],
      ['is of another asset', again('second', MINUTE, { subject: 'asset:bin-2', assetId: 'bin-2' }), 'verified'],
      ['had its job cancelled', again('second', MINUTE), 'cancelled'],
    ] as const)('makes a new job of a problem that %s', async (_name, second, state) => {
      await commit([raiseOf('bin-1')]);
      if (state === 'cancelled') await harness.say(idFrom('job', 'bin-1'), 'cancel', NOON + MINUTE);
      await commit([clearOf('bin-1')]);
      await commit([second]);

      expect(await job('bin-1')).toMatchObject({ state, alertIds: [clearOf('bin-1').alertId] });
      expect(await job('second')).toMatchObject({ state: 'open', alertIds: [second.alertId] });
    });

    it('opens the job of the last time when a problem was there before that', async () => {
      await commit([raiseOf('bin-1'), clearOf('bin-1')]);
      const second = again('second', DAY_MS + 1);
      const third = again('third', DAY_MS + 9 * MINUTE);
      await commit([second, clearOf('second', { clearedAt: second.raisedAt + MINUTE }), third]);

      expect(await job('bin-1')).toMatchObject({ state: 'verified' });
      expect(await job('second')).toMatchObject({ state: 'open', alertIds: [second.alertId, third.alertId].sort() });
      expect(await harness.jobs()).toHaveLength(2);
    });

    it('makes a new job of what flaps on and on, also while the job of before has something else to do', async () => {
      const full = raiseOf('bin-1');
      await commit([full]);
      const flaps = MOST_ALERTS_OF_A_JOB + 2;
      const changes = Array.from({ length: flaps }, (_, count) => {
        const name = `flap-${count}`;
        const raisedAt = NOON + (2 * count + 1) * MINUTE;
        const draft = { ...full.job!, jobId: idFrom('job', name), joins: ['bin-full'] };
        const flap = raiseOf('bin-1', { ruleId: 'full-soon', alertId: idFrom('alert', name), raisedAt, job: draft });
        return [flap, clearOf(name, { clearedAt: raisedAt + MINUTE })];
      });
      for (const each of changes) await commit(each);

      const jobs = await harness.jobs();
      expect(jobs).toHaveLength(2);
      const [first, second] = jobs.toSorted((one, other) => one.number - other.number);
      expect([first!.state, first!.alertIds.length]).toEqual(['open', MOST_ALERTS_OF_A_JOB]);
      expect([second!.state, second!.alertIds.length]).toEqual(['verified', flaps + 1 - MOST_ALERTS_OF_A_JOB]);

      const hot = raiseOf('bin-1', { ruleId: 'bin-hot', alertId: idFrom('alert', 'hot') });
      const last = idFrom('alert', 'last');
      const draft = { ...full.job!, jobId: idFrom('job', 'last'), joins: ['bin-full', 'bin-hot'] };
      await commit([
        { ...hot, job: { ...hot.job!, jobId: idFrom('job', 'hot') } },
        raiseOf('bin-1', { ruleId: 'smoke', alertId: last, job: draft }),
      ]);
      expect((await job('hot'))?.alertIds).toEqual([hot.alertId, last].sort());
    });

    it('gives a job to a department that nobody has described', async () => {
      const { job: draft } = raiseOf('bin-1');
      await commit([raiseOf('bin-1', { job: { ...draft!, department: 'grünflächen' } })]);

      expect(await job('bin-1')).toMatchObject({ department: 'grünflächen' });
    });

    it('writes all of a commit or nothing', async () => {
      const second = await harness.another();
      await second.positions('log-1', FLOORS);
      await commit([]);
      const late = second.commit({
        logId: 'log-1',
        reached: [[0, 5]],
        states: [{ deviceId: 'a', partition: 0, state: '{}' }],
        changes: [raiseOf('bin-1')],
        at: NOON,
      });

      await expect(late).rejects.toMatchObject({ code: 'records.conflict', retryable: true });
      expect(await harness.records.states([0])).toEqual([]);
      expect(await harness.alerts()).toEqual([]);
      expect(await harness.records.positions('log-1', FLOORS)).toEqual([1, 10]);
    });

    it('takes a blackout of a thousand lamps in one batch', async () => {
      const names = Array.from({ length: 1_200 }, (_, index) => `lamp-${index}`);
      await commit(names.map((each) => raiseOf(each)));
      await commit(names.map((each) => clearOf(each)));

      expect((await told()).filter((type) => type === 'job.changed')).toHaveLength(1_200);
    });
  });
}
