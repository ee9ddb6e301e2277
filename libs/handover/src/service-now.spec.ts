import { eventually, ManualClock } from '@stadtfunk/kernel/testing';
import { DAY_MS } from '@stadtfunk/kernel';
import { MemoryHandoverRecords } from '@stadtfunk/maintenance/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandoverChannel } from './handover-channel.ts';
import { ticketSystemOf, type SystemOptions } from './handover.ts';
import { secretsOf } from './secrets.ts';
import { pollTask } from './status-poll.ts';
import { StatusInbox } from './status-inbox.ts';
import { SERVICE_NOW_SECRETS, startServiceNow, type ServiceNowServer } from './testing.ts';
import { JobBook } from './testing/job-book.ts';
import { PhotoBox } from './testing/photo-box.ts';
import { INCIDENTS, planOf } from './testing/plans.ts';

const TOKEN = 'inbox-do-not-tell';
const secrets = secretsOf({ ...SERVICE_NOW_SECRETS, HANDOVER_DESK_TOKEN: TOKEN });

describe('jobs handed over to ServiceNow', () => {
  let clock: ManualClock;
  let server: ServiceNowServer;
  let records: MemoryHandoverRecords;
  let jobs: JobBook;
  let photos: PhotoBox;

  beforeEach(async () => {
    clock = new ManualClock();
    server = await startServiceNow();
    records = new MemoryHandoverRecords(clock);
    jobs = new JobBook(clock);
    photos = new PhotoBox();
  });
  afterEach(() => server.close());

  /** A process: what it knows besides the records is gone with it. */
  const start = (text = INCIDENTS(server.origin), network: Partial<SystemOptions> = {}) => {
    const plan = planOf(text);
    const system = ticketSystemOf(plan, { clock, secrets, allowPrivate: true, ...network });
    const channel = new HandoverChannel({
      ...{ plan, system, records, jobs, photos, clock, holder: `p${Math.random()}`, link: null },
      findAsset: async () => undefined,
    });
    const parts = { records, jobs, clock };
    const poll = () =>
      pollTask(plan, system, parts)({ name: 'x', dueAt: 0, attempt: 1, signal: new AbortController().signal });
    const inbox = new StatusInbox([plan], secrets, parts);
    return { channel, poll, inbox, plan, system };
  };
  const last = () => jobs.events.at(-1)!;
  const methods = () => server.requests.map(({ method }) => method).join(' ');
  /** Both ways until nobody has anything to say. */
  const settle = async ({ channel, poll }: ReturnType<typeof start>) => {
    for (let round = 0; round < 5; round++) {
      const before = jobs.events.length;
      for (const event of jobs.events) await channel.deliver(event);
      clock.advance(120_000);
      server.now = clock.now();
      await poll();
      if (jobs.events.length === before) return;
    }
    throw new Error('both sides go on and on');
  };
  const reference = (jobId: string) => records.find({ target: 'desk', jobId });

  it('become a record once, which follows them to their end', async () => {
    const desk = start();
    const job = jobs.create('bin-1', { priority: 'high' });

    expect(await desk.channel.deliver(last())).toEqual({ ok: true });

    expect(server.rows).toHaveLength(1);
    expect(server.rows[0]).toMatchObject({
      short_description: 'Behälter leeren – bin-1',
      due_date: '2026-11-21 13:00:00',
      caller_id: 'stadtfunk',
      correlation_id: job.jobId,
      correlation_display: 'Stadtfunk',
      state: '1',
      urgency: '2',
    });
    expect(await reference(job.jobId)).toMatchObject({ externalNumber: 'INC0010001', state: '1', agreedState: 'open' });

    await jobs.move(job.jobId, 'wait', 'kein Schlüssel');
    await desk.channel.deliver(last());
    expect(server.rows[0]).toMatchObject({ state: '3', hold_reason: '4' });
    jobs.verify(job.jobId);
    await desk.channel.deliver(last());
    expect(server.rows[0]).toMatchObject({ state: '7', close_notes: 'Vom Sensor bestätigt' });
    expect(JSON.parse(server.requests.at(-1)!.body)).not.toHaveProperty('caller_id');
    expect(methods()).toBe('GET POST PATCH PATCH');
  });

  it('are told of nothing twice', async () => {
    const desk = start();
    jobs.create('bin-1');
    for (let times = 0; times < 3; times++) await desk.channel.deliver(last());
    await settle(desk);

    expect(server.rows).toHaveLength(1);
    expect(methods().replaceAll(' GET', '')).toBe('GET POST');
  });

  it('are left out where they are not selected, or over before anybody heard of them', async () => {
    const desk = start();
    jobs.create('lamp-1', { department: 'lighting' });
    const over = jobs.create('bin-1');
    await jobs.move(over.jobId, 'cancel');

    for (const event of jobs.events) expect(await desk.channel.deliver(event)).toEqual({ ok: true });

    expect(server.rows).toEqual([]);
    expect(desk.channel.postponeMs(jobs.events[0]!)).toBe(0);
  });

  it('are made once when the connection is cut after the record was made', async () => {
    const job = jobs.create('bin-1');
    server.mishaps = { POST: [{ kind: 'cut' }] };

    const cut = await start().channel.deliver(last());
    expect(cut).toMatchObject({ ok: false, error: { code: 'handover.unreachable' }, retryable: true });
    await jobs.move(job.jobId, 'start');
    expect(await start().channel.deliver(last())).toEqual({ ok: true });

    expect(server.rows).toHaveLength(1);
    expect(server.rows[0]).toMatchObject({ state: '2', correlation_id: job.jobId });
  });

  it.each(['broken', 'html', 'endless'] as const)('are made once when the answer is %s', async (kind) => {
    jobs.create('bin-1');
    server.mishaps = { POST: [{ kind }] };

    const spoilt = await start(undefined, { maxAnswerBytes: 1_000_000 }).channel.deliver(last());
    expect(spoilt).toMatchObject({ ok: false, retryable: true });
    expect(await start().channel.deliver(last())).toEqual({ ok: true });

    expect(server.rows).toHaveLength(1);
  });

  it('are made once by many who come at once', async () => {
    const job = jobs.create('bin-1');
    await jobs.move(job.jobId, 'start');
    const processes = Array.from({ length: 4 }, () => start().channel);

    await Promise.all(processes.flatMap((channel) => jobs.events.map((event) => channel.deliver(event))));

    expect(server.rows).toHaveLength(1);
    expect(server.rows[0]).toMatchObject({ state: '2' });
  });

  it('take no record that an instance shows because it ignored the question', async () => {
    const desk = start();
    const first = jobs.create('bin-1');
    await desk.channel.deliver(last());
    server.unknownColumn = 'correlation_id';
    const second = jobs.create('bin-2');

    await desk.channel.deliver(last());

    expect(server.rows.map((row) => row.correlation_id)).toEqual([first.jobId, second.jobId]);
  });

  it('keep the oldest of two records, and say that there are two', async () => {
    const job = jobs.create('bin-1');
    server.mishaps = { POST: [{ kind: 'cut' }] };
    await start().channel.deliver(last());
    server.now += 1_000;
    server.rows.push({ ...server.rows[0]!, sys_id: 'f'.repeat(32), sys_created_on: '2026-11-21 12:00:01' });

    await start().channel.deliver(last());

    expect(await reference(job.jobId)).toMatchObject({
      externalId: server.rows[0]!.sys_id,
      problem: { code: 'handover.doubled' },
    });
  });

  it.each([
    [400, 'handover.status', false],
    [401, 'handover.login', true],
    [403, 'handover.status', false],
    [404, 'handover.notFound', false],
    [409, 'handover.status', true],
    [500, 'handover.status', true],
    [503, 'handover.status', true],
    [302, 'handover.redirected', true],
  ])('are tried again after %i only if that can help', async (status, code, retryable) => {
    jobs.create('bin-1');
    server.mishaps = { POST: [{ kind: 'status', status }] };

    expect(await start().channel.deliver(last())).toMatchObject({ ok: false, error: { code }, retryable });
  });

  it('carry comments there as work notes, and those of people there back, each once and without an echo', async () => {
    const desk = start(INCIDENTS(server.origin, '    notes: work_notes'));
    const job = jobs.create('bin-1');
    await jobs.commentJob(job.jobId, 'Anna', clock.now(), 'Schloss\nklemmt');
    await settle(desk);
    await jobs.commentJob(job.jobId, 'Anna', clock.now(), 'Schloss klemmt');
    await jobs.commentJob(job.jobId, 'Bernd', clock.now(), 'Ersatz bestellt');
    await settle(desk);
    const written = () => server.journal.map(({ value }) => value);
    expect(written()).toEqual(['Anna: Schloss\nklemmt', 'Anna: Schloss klemmt', 'Bernd: Ersatz bestellt']);

    server.change(server.rows[0]!.sys_id!, { work_notes: ' Kommt am Dienstag\u0000 ' });
    server.change(server.rows[0]!.sys_id!, { work_notes: 'Kommt am Dienstag' });
    await settle(desk);
    await settle(desk);
    await settle(start(INCIDENTS(server.origin, '    notes: work_notes')));

    const comments = (await jobs.jobHistory(job.jobId)).map(({ actor, note }) => [actor, note]);
    expect(comments.slice(3)).toEqual([
      ['handover:desk', 'Kommt am Dienstag'],
      ['handover:desk', 'Kommt am Dienstag'],
    ]);
    expect(written()).toHaveLength(5);
  });

  it('write a comment once whose answer was lost, and take notes of no other record', async () => {
    const desk = start(INCIDENTS(server.origin, '    notes: work_notes'));
    const job = jobs.create('bin-1');
    await desk.channel.deliver(last());
    await jobs.commentJob(job.jobId, 'Anna', clock.now(), 'Schloss klemmt');
    server.mishaps = { PATCH: [{ kind: 'cut' }] };
    expect(await desk.channel.deliver(last())).toMatchObject({ ok: false, retryable: true });
    expect(await desk.channel.deliver(last())).toEqual({ ok: true });
    expect(server.journal).toHaveLength(1);

    // As an instance that does not know the column: its condition is ignored.
    server.unknownColumn = 'element_id';
    server.journal.push({ element_id: 'f'.repeat(32), element: 'work_notes', value: 'of another' });
    server.change(server.rows[0]!.sys_id!, { work_notes: 'of this one' });
    clock.advance(120_000);
    server.now = clock.now();
    await desk.poll();
    expect((await jobs.jobHistory(job.jobId)).map(({ note }) => note)).toEqual(['Schloss klemmt', 'of this one']);
  });

  it('leave the other comments to whoever has taken over meanwhile', async () => {
    const desk = start(INCIDENTS(server.origin, '    notes: work_notes'));
    const job = jobs.create('bin-1');
    await desk.channel.deliver(last());
    for (const text of ['eins', 'zwei', 'drei']) await jobs.commentJob(job.jobId, 'Anna', clock.now(), text);
    let release: (value: unknown) => void = () => undefined;
    server.mishaps = { PATCH: [{ kind: 'late', until: new Promise((resolve) => (release = resolve)) }] };
    const delivering = desk.channel.deliver(last());
    await eventually('the first comment', () => server.journal.length > 0);
    // Asleep for longer than any lease.
    clock.advance(60_000);
    await start(INCIDENTS(server.origin, '    notes: work_notes')).channel.deliver(last());
    await records.hold({ target: 'desk', jobId: job.jobId }, 'another', 60_000);
    release(undefined);

    expect(await delivering).toMatchObject({ error: { code: 'handover.busy' }, retryable: true });
    expect(server.journal.map(({ value }) => value)).toEqual(['Anna: eins', 'Anna: zwei', 'Anna: drei']);
  });

  it('keep comments to themselves where the file names no field for them', async () => {
    const desk = start();
    const job = jobs.create('bin-1');
    await jobs.commentJob(job.jobId, 'Anna', clock.now(), 'Schloss klemmt');
    await settle(desk);
    server.change(server.rows[0]!.sys_id!, { work_notes: 'Kommt am Dienstag' });
    await settle(desk);

    expect(server.journal).toHaveLength(1);
    expect(await jobs.jobHistory(job.jobId)).toHaveLength(1);
    expect(server.requests.map(({ path }) => path).filter((path) => path.includes('journal'))).toEqual([]);
  });

  describe('with photos', () => {
    const PHOTOS = () => INCIDENTS(server.origin, '    photos: true');
    const names = () => server.attachments.map(({ row }) => row.file_name);
    const sent = () => server.requests.filter(({ path }) => path === '/api/now/attachment/file').length;

    it('carry each there once, as it is, and nothing where the file does not ask for it', async () => {
      const job = jobs.create('bin-1');
      const [one] = [photos.add(job.jobId, 'one'), photos.add(job.jobId, 'four')];
      await settle(start());
      expect(server.attachments).toEqual([]);

      const desk = start(PHOTOS());
      await settle(desk);
      jobs.photographed(job.jobId);
      await settle(desk);
      await settle(start(PHOTOS()));

      expect(names()).toHaveLength(2);
      expect(names()[0]).toBe(`stadtfunk-${one}.jpeg`);
      expect(server.attachments[0]).toMatchObject({
        row: { table_name: 'incident', table_sys_id: server.rows[0]!.sys_id, content_type: 'image/jpeg' },
        bytes: Buffer.from([0xff, 0xd8, 0, 13, 10, 3]),
      });
      expect(sent()).toBe(2);
    });

    it('carry one once whose answer was lost, also in another process', async () => {
      const job = jobs.create('bin-1');
      await start(PHOTOS()).channel.deliver(last());
      photos.add(job.jobId, 'one');
      photos.add(job.jobId, 'four');
      jobs.photographed(job.jobId);
      server.mishaps = { POST: [{ kind: 'cut' }] };

      expect(await start(PHOTOS()).channel.deliver(last())).toMatchObject({ ok: false, retryable: true });
      expect(names()).toHaveLength(1);
      expect(await start(PHOTOS()).channel.deliver(last())).toEqual({ ok: true });

      expect(names()).toHaveLength(2);
      expect(sent()).toBe(2);
    });

    it('remove there what is removed here, also what arrived without an answer, and bring back nothing', async () => {
      const job = jobs.create('bin-1');
      const desk = start(PHOTOS());
      const one = photos.add(job.jobId, 'one');
      await desk.channel.deliver(last());
      const two = photos.add(job.jobId, 'two');
      server.mishaps = { POST: [{ kind: 'cut' }] };
      await desk.channel.deliver(last());
      expect(names()).toHaveLength(2);
      server.attachments.push({
        row: { ...server.attachments[0]!.row, sys_id: 'e'.repeat(32), file_name: 'a.pdf' },
        bytes: Buffer.of(),
      });

      photos.remove(one);
      photos.remove(two);
      expect(await start(PHOTOS()).channel.deliver(last())).toEqual({ ok: true });

      expect(names()).toEqual(['a.pdf']);
      const requests = server.requests.length;
      await start(PHOTOS()).channel.deliver(last());
      expect(server.requests).toHaveLength(requests);
    });

    it('leave what somebody there has deleted as it is', async () => {
      const job = jobs.create('bin-1');
      const desk = start(PHOTOS());
      photos.add(job.jobId, 'one');
      await desk.channel.deliver(last());
      server.attachments.splice(0);
      await jobs.move(job.jobId, 'start');
      await desk.channel.deliver(last());

      expect(server.attachments).toEqual([]);
    });

    it('say that one is refused, and send the others', async () => {
      const job = jobs.create('bin-1');
      const desk = start(PHOTOS());
      await desk.channel.deliver(last());
      photos.add(job.jobId, 'one');
      photos.add(job.jobId, 'four');
      server.mishaps = { POST: [{ kind: 'status', status: 413 }] };

      expect(await desk.channel.deliver(jobs.events.at(-1)!)).toMatchObject({
        error: { code: 'handover.status', detail: 'status 413, for a photo' },
        retryable: false,
      });
      expect(names()).toHaveLength(1);
      expect(await reference(job.jobId)).toMatchObject({ problem: { detail: 'status 413, for a photo' } });
    });

    it('are sent by one process at a time, however long that takes', async () => {
      const job = jobs.create('bin-1');
      photos.add(job.jobId, 'one');
      photos.add(job.jobId, 'four');
      const processes = Array.from({ length: 3 }, () => start(PHOTOS()).channel);

      const results = await Promise.all(processes.map((channel) => channel.deliver(last())));

      expect(results).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
      expect(sent()).toBe(2);
    });
  });

  it('wait as long as the instance asks for', async () => {
    const desk = start();
    const job = jobs.create('bin-1');
    const limit = { 'x-ratelimit-limit': '10', 'x-ratelimit-reset': '1795266000', 'retry-after': '1800' };
    server.mishaps = { POST: [{ kind: 'status', status: 429, headers: limit }] };

    const limited = await desk.channel.deliver(last());

    expect(limited).toMatchObject({ ok: false, error: { code: 'handover.limited' }, postponedMs: 1_800_000 });
    expect(desk.channel.postponeMs(last())).toBe(1_800_000);
    expect(desk.channel.postponeMs({ ...last(), data: { ...job, jobId: 'x' } })).toBe(1_800_000);
    await expect(desk.poll()).rejects.toMatchObject({ code: 'handover.limited' });
    clock.advance(1_800_000);
    expect(desk.channel.postponeMs(last())).toBe(0);
    expect(await desk.channel.deliver(last())).toEqual({ ok: true });
  });

  it('leave in no more than so many per minute', async () => {
    const desk = start(INCIDENTS(server.origin, '    perMinute: 2'));
    jobs.create('bin-1');

    expect([1, 2, 3].map(() => desk.channel.postponeMs(last()))).toEqual([0, 0, 60_000]);
  });

  it('do not wait for ever', async () => {
    jobs.create('bin-1');
    server.mishaps = { GET: [{ kind: 'silent' }] };
    const text = INCIDENTS(server.origin).replace('PT2S', 'PT0.2S');

    expect(await start(text).channel.deliver(last())).toMatchObject({
      error: { code: 'handover.timeout', detail: 'no answer in 200 ms' },
      retryable: true,
    });
  });

  it('say where a record is gone', async () => {
    const desk = start();
    const job = jobs.create('bin-1');
    await desk.channel.deliver(last());
    server.rows.splice(0);
    await jobs.move(job.jobId, 'start');

    expect(await desk.channel.deliver(last())).toMatchObject({ error: { code: 'handover.gone' }, retryable: false });
    expect(await reference(job.jobId)).toMatchObject({ problem: { code: 'handover.gone', detail: 'status 404' } });
  });

  it('are handed over with a token, a new one where the old one is not taken', async () => {
    const oauth = 'oauth: { clientId: HANDOVER_CLIENT_ID, clientSecret: HANDOVER_CLIENT_SECRET }';
    const text = INCIDENTS(server.origin).replace(/basic: \{.*?\}/, oauth);
    const desk = start(text);
    const job = jobs.create('bin-1');

    await desk.channel.deliver(last());
    server.tokens.delete('token-1');
    server.tokens.add('token-0');
    await jobs.move(job.jobId, 'start');
    expect(await desk.channel.deliver(last())).toEqual({ ok: true });

    expect(server.rows[0]).toMatchObject({ state: '2' });
    expect(server.requests.filter(({ path }) => path === '/oauth_token.do')).toHaveLength(2);
  });

  it('never tell a secret, nor where they go', async () => {
    jobs.create('bin-1');
    const dead = INCIDENTS('http://127.0.0.1:1');
    server.mishaps = { GET: [{ kind: 'status', status: 401 }] };

    const results = [await start(dead).channel.deliver(last()), await start().channel.deliver(last())];

    expect(results.map((result) => result.ok)).toEqual([false, false]);
    expect(JSON.stringify(results)).not.toMatch(/do-not-tell|127\.0\.0\.1|stadtfunk/);
  });

  it('go to no address that is not allowed', async () => {
    jobs.create('bin-1');
    const named = INCIDENTS('https://desk.example');
    const network = {
      lookup: ((_host, _options, callback) =>
        callback(null, [{ address: '169.254.169.254', family: 4 }])) as NonNullable<SystemOptions['lookup']>,
    };

    expect(await start(named, network).channel.deliver(last())).toMatchObject({ error: { code: 'handover.address' } });
    expect(() => start(INCIDENTS('https://169.254.169.254'))).toThrow(
      expect.objectContaining({ code: 'handover.address' }) as Error,
    );
    expect(() => start(undefined, { allowPrivate: false })).toThrow(
      expect.objectContaining({ code: 'handover.address' }) as Error,
    );
  });

  describe('whose status comes back', () => {
    const handedOver = async (desk: ReturnType<typeof start>, name = 'bin-1') => {
      const job = jobs.create(name);
      await desk.channel.deliver(last());
      return { jobId: job.jobId, sysId: server.rows.find((row) => row.correlation_id === job.jobId)!.sys_id! };
    };

    it('are moved as their records are, by whom it says, and nothing is sent back', async () => {
      const desk = start();
      const { jobId, sysId } = await handedOver(desk);
      for (const [state, expected] of [
        ['2', 'inProgress'],
        ['3', 'waiting'],
        ['6', 'done'],
        ['7', 'done'],
      ] as const) {
        server.now += 1_000;
        server.change(sysId, { state });
        await settle(desk);
        expect(await jobs.findJob(jobId)).toMatchObject({ state: expected });
      }

      expect(jobs.history.map(({ actor, action, note }) => [actor, action, note])).toEqual([
        ['handover:desk', 'start', null],
        ['handover:desk', 'wait', 'desk: 3'],
        ['handover:desk', 'done', null],
      ]);
      expect(server.requests.filter(({ method }) => method === 'PATCH')).toEqual([]);
      expect(server.rows[0]).toMatchObject({ state: '7', sys_updated_by: 'dispatcher' });
    });

    it('are reopened, get another priority, and are cancelled', async () => {
      const desk = start();
      const { jobId, sysId } = await handedOver(desk);
      const see = async (values: Record<string, string>) => {
        server.now += 1_000;
        server.change(sysId, values);
        await settle(desk);
        return jobs.findJob(jobId);
      };

      expect(await see({ state: '6' })).toMatchObject({ state: 'done' });
      expect(await see({ state: '2' })).toMatchObject({ state: 'inProgress' });
      expect(await see({ urgency: '1' })).toMatchObject({ priority: 'urgent' });
      expect(await see({ state: '8' })).toMatchObject({ state: 'cancelled' });
      expect(server.requests.filter(({ method }) => method === 'PATCH')).toEqual([]);
    });

    it('are all seen, page by page, with records that change meanwhile and of the same second', async () => {
      const desk = start();
      for (let nth = 0; nth < 250; nth++) await handedOver(desk, `bin-${nth}`);
      clock.advance(DAY_MS);
      server.now = clock.now();
      for (const [nth, row] of server.rows.entries()) {
        if (nth % 120 === 0) server.now += 1_000;
        server.change(row.sys_id!, { state: '2' });
      }

      await desk.poll();

      const states = await Promise.all(
        server.rows.map(async (row) => (await jobs.findJob(row.correlation_id!))?.state),
      );
      expect(new Set(states)).toEqual(new Set(['inProgress']));
    });

    it('are seen though the clock of the instance is hours off, and was ahead once', async () => {
      const desk = start();
      server.now = clock.now() - 5 * 3_600_000;
      const { jobId, sysId } = await handedOver(desk);
      await desk.poll();
      server.rows[0]!.sys_updated_on = '2027-01-01 00:00:00';
      await desk.poll();
      server.now += 60_000;
      server.change(sysId, { state: '2' });

      await desk.poll();

      expect(await jobs.findJob(jobId)).toMatchObject({ state: 'inProgress' });
    });

    it('stay as they are at a word that means nothing here, which is said once', async () => {
      const desk = start();
      const { jobId, sysId } = await handedOver(desk);
      server.now += 1_000;
      server.change(sysId, { state: '-5' });
      await settle(desk);
      await settle(desk);

      expect(await jobs.findJob(jobId)).toMatchObject({ state: 'open' });
      expect(await reference(jobId)).toMatchObject({ problem: { code: 'handover.stateUnknown' } });
      expect(jobs.history.map(({ action, note }) => [action, note])).toEqual([
        ['comment', "handover.stateUnknown: the state '-5' has no meaning here"],
      ]);
      expect(server.rows[0]).toMatchObject({ state: '-5' });

      server.now += 1_000;
      server.change(sysId, { state: '2' });
      await settle(desk);
      expect(await reference(jobId)).toMatchObject({ problem: null });
    });

    it('stay closed where somebody here closed them at the same time, and the record follows', async () => {
      const desk = start();
      const { jobId, sysId } = await handedOver(desk);
      await jobs.move(jobId, 'cancel');
      server.now += 1_000;
      server.change(sysId, { state: '2' });
      await desk.poll();

      expect(await jobs.findJob(jobId)).toMatchObject({ state: 'cancelled' });
      expect(await reference(jobId)).toMatchObject({ problem: { code: 'handover.conflict' } });
      await settle(desk);
      expect(server.rows[0]).toMatchObject({ state: '8' });
      expect(await reference(jobId)).toMatchObject({ problem: null });
    });

    it('are not told in other words what is so already', async () => {
      const desk = start();
      const { jobId, sysId } = await handedOver(desk);
      await jobs.move(jobId, 'cancel');
      await desk.channel.deliver(last());
      server.now += 1_000;
      server.change(sysId, { state: '7' });
      await desk.poll();
      expect(await reference(jobId)).toMatchObject({ problem: { code: 'handover.conflict' } });
      const requests = server.requests.length;

      await jobs.move(jobId, 'reopen');
      await jobs.move(jobId, 'done');
      await desk.channel.deliver(last());

      expect(server.rows[0]).toMatchObject({ state: '7' });
      expect(server.requests).toHaveLength(requests);
    });

    it('are moved by a status that is there before the answer to what made the record', async () => {
      const desk = start();
      const job = jobs.create('bin-1');
      let release: (value: unknown) => void = () => undefined;
      server.mishaps = { POST: [{ kind: 'late', until: new Promise((resolve) => (release = resolve)) }] };
      const delivering = desk.channel.deliver(last());
      await eventually('the record', () => server.rows.length > 0);
      const [row] = server.rows;
      server.now += 1_000;
      server.change(row!.sys_id!, { state: '2' });

      const body = {
        jobId: job.jobId,
        externalId: row!.sys_id,
        state: '2',
        updatedAt: row!.sys_updated_on,
        revision: '1',
      };
      const received = await desk.inbox.receive('desk', {
        body: JSON.stringify(body),
        authorization: `Bearer ${TOKEN}`,
      });
      release(undefined);

      expect(received).toEqual({ ok: true, value: 'changed' });
      expect(await delivering).toEqual({ ok: true });
      await settle(desk);
      expect(await jobs.findJob(job.jobId)).toMatchObject({ state: 'inProgress' });
      expect(server.rows).toHaveLength(1);
      expect(server.requests.filter(({ method }) => method === 'PATCH')).toEqual([]);
    });

    it('do nothing about records of other installations, nor about what is older', async () => {
      const desk = start();
      const { jobId, sysId } = await handedOver(desk);
      server.rows.push({ ...server.rows[0]!, sys_id: 'e'.repeat(32), correlation_id: 'another', state: '6' });
      server.now += 1_000;
      server.change(sysId, { state: '2' });
      await desk.poll();
      await desk.poll();

      expect(await jobs.findJob(jobId)).toMatchObject({ state: 'inProgress' });
      expect(await records.findExternal('desk', 'e'.repeat(32))).toBeUndefined();
    });
  });
});
