import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aJob } from '../testing/city.ts';
import { type Harness, startHarness } from '../testing/harness.ts';

/** The clock of the tests stands before it: a Tuesday. */
const DAY = '2026-11-24';

describe('Tours', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    harness.city.clock.set(Date.UTC(2026, 10, 23, 8));
    await open('bin-1', 8.91);
    await open('bin-2', 8.93);
    await open('bin-3', 8.92);
  });
  afterEach(() => harness.close());

  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    harness.call('POST', `/api/v1/tours${path}`, { body, headers });
  const get = (path: string, headers: Record<string, string> = {}) =>
    harness.call('GET', `/api/v1/tours${path}`, { headers });
  const asked = { department: 'waste', day: DAY };
  const planned = async () => {
    const { body } = await post('', asked);
    return (body.tours as { tourId: string; stops: { jobId: string }[] }[])[0]!;
  };

  async function open(assetId: string, longitude: number) {
    const location = { type: 'Point', coordinates: [longitude, 50.12] };
    await harness.call('POST', '/api/v1/assets', {
      body: { assetId, type: 'WasteContainer', district: 'Mitte', name: `=${assetId}`, location },
    });
    const job = aJob(`job-${assetId}`, { assetId, dueAt: Date.UTC(2026, 10, 24, 12) });
    const created = { at: job.createdAt, actor: 'rule:x', action: 'create', from: null, note: null } as const;
    harness.city.maintenanceStore.putJob(job, { ...created, to: 'open' });
  }

  it('are shown before they are kept', async () => {
    const { status, body } = await post('/preview', asked);

    expect(status).toBe(200);
    expect(body).toMatchObject({ tours: [{ area: 'Mitte', stops: [{}, {}, {}] }], left: [] });
    expect((await get('')).body).toEqual({ items: [], next: null });
  });

  it('are planned along the way from the depot of the department', async () => {
    const { status, body } = await post('', asked);

    expect(status).toBe(201);
    const [tour] = body.tours as { stops: { assetId: string }[] }[];
    expect(tour).toMatchObject({ state: 'planned', depot: { coordinates: [8.9152, 50.1245] }, createdBy: 'admin' });
    const way = tour!.stops.map(({ assetId }) => assetId).join(' ');
    expect(['bin-1 bin-3 bin-2', 'bin-2 bin-3 bin-1']).toContain(way);
    expect((await get(`?department=waste&day=${DAY}`)).body).toMatchObject({ items: [{ area: 'Mitte' }] });
    expect((await post('', asked)).body).toEqual({ tours: [], left: [] });
  });

  it('say what had no room', async () => {
    const { body } = await post('/preview', { ...asked, tours: 1, stops: 2, depot: null });
    expect(body).toMatchObject({ tours: [{ stops: [{}, {}] }], left: [{ reason: 'noRoom' }] });
    expect((await post('', { ...asked, day: '2026-11-20' })).body).toMatchObject({ status: 422, code: 'tour.dayOver' });
    expect((await post('', { ...asked, day: '2026-02-30' })).body).toMatchObject({ code: 'request.invalid' });
  });

  it('are given out as GPX, GeoJSON and CSV, by address or by Accept', async () => {
    const { tourId } = await planned();
    const gpx = await fetchText(`/${tourId}.gpx`);
    expect(gpx.type).toBe('application/gpx+xml');
    expect(gpx.disposition).toBe('attachment; filename="tour-1-2026-11-24.gpx"');
    expect(gpx.text.match(/<rtept /g)).toHaveLength(5);
    const geo = await fetchText(`/${tourId}`, 'application/geo+json');
    expect(JSON.parse(geo.text)).toMatchObject({ type: 'FeatureCollection' });
    const csv = await fetchText(`/${tourId}.csv?language=en`);
    expect(csv.type).toBe('text/csv; charset=utf-8');
    expect(csv.text).toContain(`;'=bin-1;`);
    expect((await get(`/${tourId}`, { accept: 'text/html, */*' })).body).toMatchObject({ tourId });
    expect((await get('/nothing.gpx')).body).toMatchObject({ status: 404, code: 'tour.unknown' });
  });

  it('are assigned with their jobs, by one who saw them as they are', async () => {
    const { tourId, stops } = await planned();
    const stale = await post(`/${tourId}/assign`, { assignee: 'Crew 1' }, { 'if-match': '"7"' });
    expect(stale.body).toMatchObject({ status: 409, code: 'tour.conflict', tour: { version: 1 } });

    const { body } = await post(`/${tourId}/assign`, { assignee: 'Crew 1' }, { 'if-match': '"1"' });

    expect(body).toMatchObject({ state: 'assigned', assignee: 'Crew 1', version: 2 });
    const job = await harness.call('GET', `/api/v1/jobs/${stops[0]!.jobId}`);
    expect(job.body).toMatchObject({ state: 'assigned', assignee: 'Crew 1' });
    expect((await post(`/${tourId}/cancel`)).body).toMatchObject({ state: 'cancelled', stops: [] });
    expect((await post(`/${tourId}/cancel`)).body).toMatchObject({ status: 409, code: 'tour.closed' });
    expect((await post('/nothing/cancel')).body).toMatchObject({ status: 404, code: 'tour.unknown' });
  });

  it('go to a crew of their department, with their jobs', async () => {
    const { tourId, stops } = await planned();
    const wrong = await post(`/${tourId}/assign`, { crew: 'north' });
    expect(wrong.body).toMatchObject({ status: 422, code: 'crew.unknown' });
    expect(wrong.body.detail).toContain('it has emptying, containers');
    expect((await post('/nothing/assign', { crew: 'north' })).status).toBe(404);
    expect((await post(`/${tourId}/assign`, {})).body).toMatchObject({ status: 400, code: 'request.invalid' });

    expect((await post(`/${tourId}/assign`, { crew: 'containers' })).body).toMatchObject({
      ...{ state: 'assigned', crew: 'containers', assignee: null },
    });
    const job = await harness.call('GET', `/api/v1/jobs/${stops[0]!.jobId}`);
    expect(job.body).toMatchObject({ state: 'open', crew: 'containers' });
  });

  async function fetchText(path: string, accept = '*/*') {
    const token = { authorization: 'Bearer a-token-for-tests-only', accept };
    const { headers, ...response } = await fetch(`${harness.url}/api/v1/tours${path}`, { headers: token }).then(
      async (answer) => ({ headers: answer.headers, text: await answer.text() }),
    );
    return { ...response, type: headers.get('content-type'), disposition: headers.get('content-disposition') };
  }
});
