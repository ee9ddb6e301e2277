import { DAY_MS } from '@stadtfunk/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  editedJob,
  isRelapse,
  movedJob,
  relapsedJob,
  takesAlerts,
  verifiedJob,
  withdrawnJob,
  type JobStep,
} from './job-life.ts';
import { isActive, JOB_ACTIONS, JOB_PRIORITIES, JOB_STATES, moveJob, type Job, type JobState } from './job.ts';
import { aJob, anAlert } from './testing.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const evidence = anAlert('a').raisedBy;
const open: Job = { ...aJob('a', { alertIds: ['alert-0'] }), number: 1 };

describe('a job', () => {
  const CLOSED = ['done', 'verified', 'cancelled'] as const;
  it.each([
    ['assign', { open: 'assigned', assigned: 'assigned', inProgress: 'assigned', waiting: 'assigned' }],
    ['start', { open: 'inProgress', assigned: 'inProgress', waiting: 'inProgress' }],
    ['wait', { open: 'waiting', assigned: 'waiting', inProgress: 'waiting' }],
    ['done', { open: 'done', assigned: 'done', inProgress: 'done', waiting: 'done' }],
    ['cancel', { open: 'cancelled', assigned: 'cancelled', inProgress: 'cancelled', waiting: 'cancelled' }],
    ['reopen', { done: 'open', verified: 'open', cancelled: 'open' }],
    ['delegate', { open: 'open', assigned: 'open', inProgress: 'open', waiting: 'open' }],
    [
      'verify',
      { open: 'verified', assigned: 'verified', inProgress: 'verified', waiting: 'verified', done: 'verified' },
    ],
    ['relapse', { done: 'open', verified: 'open' }],
  ] as const)(
    'is moved by %s from these states, and from no other',
    (action, ways: Partial<Record<JobState, JobState>>) => {
      const found = JOB_STATES.map((state) => {
        const moved = moveJob(state, action);
        return [state, moved.ok ? moved.value : moved.error.code];
      });

      expect(found).toEqual(JOB_STATES.map((state) => [state, ways[state] ?? 'job.wrongState']));
    },
  );

  it('relapses within a day in event time, or while somebody has it', () => {
    const of = (state: JobState, later: number) => isRelapse({ ...open, state }, NOON, NOON + later);

    for (const state of ['done', 'verified'] as const) {
      expect([of(state, DAY_MS), of(state, DAY_MS + 1), of(state, -1)]).toEqual([true, false, true]);
    }
    expect([of('cancelled', 1), of('open', 9 * DAY_MS), of('waiting', 9 * DAY_MS)]).toEqual([false, true, true]);
  });

  it('takes no more than a hundred alerts of a sensor that flaps on and on, in whatever state', () => {
    const of = (alerts: number, state: JobState) =>
      isRelapse({ ...open, state, alertIds: Array.from({ length: alerts }, String) }, NOON, NOON);

    const before: Job = { ...open, alertIds: Array.from({ length: 99 }, String) };
    expect([takesAlerts(before), takesAlerts({ alertIds: [...before.alertIds, 'x'] })]).toEqual([true, false]);
    expect([of(99, 'verified'), of(100, 'verified'), of(99, 'open'), of(100, 'open')]).toEqual([
      ...[true, false],
      ...[true, false],
    ]);
  });

  it('goes on where it is when its problem is back after somebody has reopened it', () => {
    const before: Job = { ...open, state: 'assigned', assignee: 'Anna' };

    const { job, event } = relapsedJob(before, { alertId: 'alert-1', ruleId: 'r', dueAt: 9 }, NOON);

    expect(job).toEqual({ ...before, alertIds: ['alert-0', 'alert-1'], version: 2 });
    expect(event).toMatchObject({ action: 'relapse', from: 'assigned', to: 'assigned' });
  });

  /** What happens to a job, whether it can or not. */
  const anything = fc.oneof(
    fc
      .record({
        action: fc.constantFrom(...JOB_ACTIONS),
        note: fc.option(fc.string(), { nil: undefined }),
        to: fc.record(
          {
            department: fc.constantFrom('waste', 'lighting'),
            crew: fc.constantFrom('north', null),
            assignee: fc.constantFrom('Bernd', 'Clara'),
          },
          { requiredKeys: [] },
        ),
      })
      .map(({ action, note, to }) => (job: Job, at: number): JobStep | undefined => {
        const moved = movedJob(job, {
          jobId: job.jobId,
          actor: 'Anna',
          at,
          action,
          ...to,
          ...(note !== undefined && { note }),
        });
        return moved.ok ? moved.value : undefined;
      }),
    fc
      .record({
        priority: fc.constantFrom(...JOB_PRIORITIES),
        dueAt: fc.option(fc.nat(9)),
        setTags: fc.array(fc.constantFrom('a', 'b', 'c')),
        unsetTags: fc.array(fc.constantFrom('a', 'b', 'c')),
      })
      .map((edit) => (job: Job, at: number) => {
        const edited = editedJob(job, { jobId: job.jobId, actor: 'Anna', at, ...edit });
        return edited.ok ? (edited.value ?? undefined) : undefined;
      }),
    fc.constant((job: Job, at: number) => verifiedJob(job, { deviceId: 'd', evidence }, at)),
    fc.constant((job: Job, at: number) => withdrawnJob(job, { ruleId: 'r', reason: 'rebound' }, at)),
    fc.constant((job: Job, at: number) =>
      isRelapse(job, at - 1, at) ? relapsedJob(job, { alertId: `alert-${at}`, ruleId: 'r', dueAt: at }, at) : undefined,
    ),
  );

  it('reaches no impossible state, counts each change, and is told whole by its history', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 30 }), (happenings) => {
        let job = open;
        const history: JobStep['event'][] = [];
        for (const [index, happen] of happenings.entries()) {
          const step = happen(job, NOON + index);
          if (!step) continue;
          expect(step.job.version).toBe(job.version + 1);
          expect(step.event).toMatchObject({ from: job.state, to: step.job.state });
          job = step.job;
          history.push(step.event);
          expectPossible(job);
        }
        const told = history.reduce(retold, { ...open, closedAt: null });
        const { department, crew, state, assignee, priority, dueAt, tags, alertIds, version, waitingFor, closedAt } =
          job;
        expect(told).toMatchObject({ department, crew });
        expect(told).toMatchObject({ state, assignee, priority, dueAt, tags, alertIds, version, waitingFor, closedAt });
      }),
      { numRuns: 1_000 },
    );
  });

  function expectPossible(job: Job): void {
    const isClosed = CLOSED.some((state) => state === job.state);
    expect(isClosed).toBe(!isActive(job.state));
    expect([job.closedAt !== null, job.waitingFor !== null, job.evidence !== null]).toEqual([
      isClosed,
      job.state === 'waiting',
      job.state === 'verified',
    ]);
    if (job.state === 'assigned') expect(job.assignee).not.toBeNull();
    expect(job.tags).toEqual([...new Set(job.tags)].sort());
    expect(new Set(job.alertIds).size).toBe(job.alertIds.length);
  }

  /** A job after an event, from what the event says alone. */
  function retold(job: Job, { at, from, to, note, action, changes = {} }: JobStep['event']): Job {
    const { setTags = [], unsetTags = [], alertId, ...fields } = changes;
    const wasOpen = from !== null && isActive(from);
    const closedAt = isActive(to) ? null : wasOpen ? at : job.closedAt;
    return {
      ...job,
      ...fields,
      state: to,
      version: job.version + 1,
      closedAt,
      waitingFor: action === 'wait' ? note : to === 'waiting' ? job.waitingFor : null,
      tags: [...job.tags.filter((tag) => !unsetTags.includes(tag)), ...setTags].sort(),
      alertIds: alertId === undefined ? job.alertIds : [...job.alertIds, alertId].sort(),
    };
  }
});
