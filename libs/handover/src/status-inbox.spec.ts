import { createHmac } from 'node:crypto';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { MemoryHandoverRecords } from '@stadtfunk/maintenance/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { secretsOf } from './secrets.ts';
import { StatusInbox } from './status-inbox.ts';
import { JobBook } from './testing/job-book.ts';
import { INCIDENTS, planOf } from './testing/plans.ts';

const SECRET = 'inbox-do-not-tell';

describe('what another system tells', () => {
  let clock: ManualClock;
  let records: MemoryHandoverRecords;
  let jobs: JobBook;
  let jobId: string;

  beforeEach(async () => {
    clock = new ManualClock();
    records = new MemoryHandoverRecords(clock);
    jobs = new JobBook(clock);
    jobId = jobs.create('bin-1').jobId;
    await records.open({ target: 'desk', jobId }, clock.now());
    const stand = { state: '1', priority: '3', updatedAt: clock.now(), revision: null };
    const sent = { ...stand, externalId: 'e1', externalNumber: null, digest: 'd', jobState: 'open' as const };
    await records.noteSent({ target: 'desk', jobId }, sent, clock.now());
  });

  const inbox = (by: 'token' | 'signature', record = '') => {
    const status = `status: { ${by}: HANDOVER_DESK_TOKEN${record} }`;
    const plan = planOf(INCIDENTS('https://desk.example').replace(/status: \{.*\}/, status));
    return new StatusInbox([plan], secretsOf({ HANDOVER_DESK_TOKEN: SECRET }), { records, jobs, clock });
  };
  const body = (state: string, more: object = {}) => JSON.stringify({ externalId: 'e1', state, ...more });
  const signed = (text: string, at = clock.now(), secret = SECRET) => {
    const seconds = Math.floor(at / 1_000);
    const digest = createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex');
    return { body: text, signature: `t=${seconds},v1=${digest}` };
  };
  const stateOf = async () => (await jobs.findJob(jobId))?.state;

  it('is done to the job, with the name and the words that come with it', async () => {
    const text = body('3', { note: 'kein\u0001Zugang', assignee: 'Kolonne 4' });

    const received = await inbox('token').receive('desk', { body: text, authorization: `Bearer ${SECRET}` });

    expect(received).toEqual({ ok: true, value: 'changed' });
    expect(await jobs.findJob(jobId)).toMatchObject({ state: 'waiting', waitingFor: 'kein Zugang' });
    expect(jobs.history).toMatchObject([{ actor: 'handover:desk', action: 'wait' }]);
  });

  it('is believed with a signature, once', async () => {
    const message = signed(body('2'));

    expect(await inbox('signature').receive('desk', message)).toEqual({ ok: true, value: 'changed' });
    expect(await inbox('signature').receive('desk', message)).toMatchObject({ error: { code: 'handover.replayed' } });
    expect(jobs.history).toHaveLength(1);
  });

  it('may come again where a fault or a crash came between', async () => {
    const message = signed(body('2'));
    const move = jobs.moveJob.bind(jobs);
    jobs.moveJob = () => Promise.reject(new Error('the database is away'));
    await expect(inbox('signature').receive('desk', message)).rejects.toThrow('away');
    jobs.moveJob = move;

    expect(await inbox('signature').receive('desk', message)).toEqual({ ok: true, value: 'changed' });
    expect(await inbox('signature').receive('desk', message)).toMatchObject({ error: { code: 'handover.replayed' } });
  });

  it('is a comment where it holds a note, once, unless it is our own or the reason of a step', async () => {
    const note = (text: string, more: object = {}) => JSON.stringify({ externalId: 'e1', note: text, ...more });
    const at = (ms: number) => ({ updatedAt: new Date(clock.now() + ms).toISOString() });
    await jobs.commentJob(jobId, 'Anna', clock.now(), 'Schloss klemmt');

    expect(await tell(note('Kommt am Dienstag', at(1_000)))).toEqual({ ok: true, value: 'unchanged' });
    expect(await tell(note('Kommt am Dienstag', at(1_000)))).toEqual({ ok: true, value: 'unchanged' });
    expect(await tell(note('Anna: Schloss klemmt', at(2_000)))).toEqual({ ok: true, value: 'unchanged' });
    expect(await tell(body('3', { note: 'kein Zugang', ...at(3_000) }))).toEqual({ ok: true, value: 'changed' });
    expect(await tell(body('3', { note: 'Kommt am Dienstag', ...at(4_000) }))).toEqual({
      ok: true,
      value: 'unchanged',
    });

    expect(jobs.history.map(({ actor, action, note: text }) => [actor, action, text])).toEqual([
      ['Anna', 'comment', 'Schloss klemmt'],
      ['handover:desk', 'comment', 'Kommt am Dienstag'],
      ['handover:desk', 'wait', 'kein Zugang'],
      ['handover:desk', 'comment', 'Kommt am Dienstag'],
    ]);
  });

  it.each([
    ['another body', () => ({ ...signed(body('2')), body: body('6') })],
    ['another secret', () => signed(body('2'), clock.now(), 'other')],
    ['a time that is long past', () => signed(body('2'), clock.now() - 301_000)],
    ['a time that is far ahead', () => signed(body('2'), clock.now() + 301_000)],
    ['no signature', () => ({ body: body('2'), authorization: `Bearer ${SECRET}` })],
    ['half a signature', () => ({ body: body('2'), signature: 't=1,v1=ab' })],
  ])('is not believed with %s', async (_what, message) => {
    expect(await inbox('signature').receive('desk', message())).toMatchObject({ error: { code: 'handover.denied' } });
    expect(await stateOf()).toBe('open');
  });

  it.each([undefined, 'Bearer', 'Bearer x', `Basic ${SECRET}`, `Bearer ${SECRET}x`])(
    'is not believed with the token %s',
    async (authorization) => {
      const message = { body: body('2'), ...(authorization !== undefined && { authorization }) };

      expect(await inbox('token').receive('desk', message)).toMatchObject({ error: { code: 'handover.denied' } });
    },
  );

  const tell = (text: string, to = inbox('token')) =>
    to.receive('desk', { body: text, authorization: `Bearer ${SECRET}` });

  it('is read where the file says it stands', async () => {
    const where = ', record: { jobId: /ticket/ref, state: /ticket/status~1id, updatedAt: /at }';
    const text = JSON.stringify({ ticket: { ref: jobId, 'status/id': 6 }, at: '2026-11-21T13:00:00+01:00' });

    expect(await tell(text, inbox('token', where))).toEqual({ ok: true, value: 'changed' });
    expect(await stateOf()).toBe('done');
  });

  it('counts by the time of the change, and not by when it arrives', async () => {
    const at = (ms: number) => ({ updatedAt: new Date(clock.now() + ms).toISOString() });

    expect(await tell(body('6', at(5_000)))).toMatchObject({ value: 'changed' });
    expect(await tell(body('2', at(3_000)))).toMatchObject({ value: 'stale' });
    expect(await tell(body('6', at(9_000)))).toMatchObject({ value: 'unchanged' });
    expect(await stateOf()).toBe('done');
  });

  it.each([
    ['{', 'handover.unreadable'],
    ['null', 'handover.unreadable'],
    ['{"state":"2"}', 'handover.unreadable'],
    ['{"externalId":"e1"}', 'handover.unreadable'],
    ['{"externalId":"e1","state":{"a":1}}', 'handover.unreadable'],
    ['{"externalId":"e2","state":"2"}', 'handover.unknownReference'],
    ['{"jobId":"x","externalId":"e1","state":"2"}', 'handover.unknownReference'],
    [`{"externalId":"${'e'.repeat(300)}","state":"2"}`, 'handover.unreadable'],
  ])('is refused as %s with %s', async (text, code) => {
    expect(await tell(text)).toMatchObject({ ok: false, error: { code } });
    expect(await stateOf()).toBe('open');
  });

  it('is nothing to targets that are not there', async () => {
    expect(await inbox('token').receive('other', { body: body('2') })).toMatchObject({
      error: { code: 'handover.unknownTarget' },
    });
  });

  it('about another record of the same job is recorded, and moves nothing', async () => {
    expect(await tell(JSON.stringify({ jobId, externalId: 'e9', state: '6' }))).toEqual({
      ok: true,
      value: 'recorded',
    });
    expect(await stateOf()).toBe('open');
    expect(await records.find({ target: 'desk', jobId })).toMatchObject({ problem: { code: 'handover.doubled' } });
  });

  it('is done once more where a crash came between', async () => {
    const text = {
      externalId: 'e1',
      externalNumber: null,
      state: '6',
      priority: null,
      updatedAt: null,
      revision: null,
    };
    await records.noteSeen({ target: 'desk', jobId }, text, clock.now());

    expect(await tell(body('6'))).toEqual({ ok: true, value: 'changed' });
    expect(await stateOf()).toBe('done');
  });

  it('of a job that a sensor has confirmed changes nothing where it says that it is done', async () => {
    jobs.verify(jobId);

    expect(await tell(body('6'))).toEqual({ ok: true, value: 'changed' });
    expect(await stateOf()).toBe('verified');
  });
});
