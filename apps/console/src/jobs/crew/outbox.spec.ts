import { describe, expect, it } from 'vitest';
import type { Job } from '../../api/types.ts';
import { asComment, baseVersion, type Entry, foretold, isBehind, nextEntry, withoutDone } from './outbox.ts';

const entry = (id: string, differences: Partial<Entry> = {}): Entry => ({
  id,
  accountId: 'anna',
  jobId: 'job-1',
  jobNumber: 1,
  deed: { kind: 'comment', note: id },
  madeAt: 0,
  version: null,
  state: 'waiting',
  ...differences,
});
const move = (id: string, step: 'start' | 'wait' | 'done', version: number | null = null, note = '') =>
  entry(id, { deed: { kind: 'move', move: step, note }, version });
const job = { jobId: 'job-1', state: 'assigned', waitingFor: null, version: 3 } as Job;

describe('what a crew has yet to send', () => {
  it('goes in order, past the jobs that wait for a decision', () => {
    const entries = [
      entry('a', { state: 'conflict' }),
      entry('b'),
      entry('c', { jobId: 'job-2' }),
      entry('d', { jobId: 'job-2' }),
    ];

    expect(nextEntry(entries, 'anna')?.id).toBe('c');
    expect(nextEntry(entries.slice(0, 2), 'anna')).toBeUndefined();
    expect(entries.map((each) => isBehind(entries, each))).toEqual([false, true, false, false]);
  });

  it('is sent by whoever entered it, and nobody else', () => {
    const entries = [entry('a', { accountId: 'bernd' }), entry('b')];

    expect(nextEntry(entries, 'anna')?.id).toBe('b');
    expect(nextEntry(entries, 'clara')).toBeUndefined();
  });

  it('shows jobs as they will be, without what waits for a decision', () => {
    expect(foretold(job, [move('a', 'start'), move('b', 'wait', null, 'Regen')])).toMatchObject({
      state: 'waiting',
      waitingFor: 'Regen',
    });
    expect(foretold(job, [{ ...move('a', 'start'), state: 'conflict' }, move('b', 'done')])).toEqual(job);
    expect(foretold(job, [{ ...move('a', 'done'), jobId: 'job-2' }])).toEqual(job);
  });

  it('makes the next step on the version that the one before has made', () => {
    const entries = [move('a', 'start', 3), entry('note'), move('b', 'done'), move('c', 'start')];

    const after = withoutDone(entries, entries[0]!, 4);

    expect(after.map(({ id, version }) => [id, version])).toEqual([
      ['note', null],
      ['b', 4],
      ['c', null],
    ]);
    expect(withoutDone(after, after[0]!, null).map(({ version }) => version)).toEqual([4, null]);
  });

  it('is made on what the person saw, unless they have a step of the job to send before', () => {
    const other = { ...move('a', 'start', 2), accountId: 'bernd' };

    expect(baseVersion([], 'anna', job)).toBe(3);
    expect(baseVersion([entry('n')], 'anna', job)).toBe(3);
    expect(baseVersion([other], 'anna', job)).toBe(3);
    expect(baseVersion([other, move('b', 'start', 3)], 'anna', job)).toBeNull();
    // What another account has done is no step of this person's.
    expect(withoutDone([other, move('b', 'done')], other, 9).map(({ version }) => version)).toEqual([null]);
  });

  it('is made on the job as it was when a step before became a comment', () => {
    const held: Entry = {
      ...move('a', 'start', 3),
      state: 'conflict',
      problem: { detail: '', job: { ...job, version: 7 } },
    };

    const after = asComment([held, move('b', 'done')], held, 'Beginnen');

    expect(after).toMatchObject([
      { id: 'a', state: 'waiting', deed: { kind: 'comment', note: 'Beginnen' } },
      { id: 'b', version: 7 },
    ]);
    expect(after[0]).not.toHaveProperty('problem');
  });
});
