import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anAlert } from '../testing/city.ts';
import { type Harness, startHarness } from '../testing/harness.ts';

const HOUR = 3_600_000;

const rule = (limit: number, more = '') => `version: '1'
rules:
  # Why ${limit}.
  - id: waste.full
    subject: asset
    appliesTo: { type: WasteContainer }
    when: fillingLevel >= ${limit}
    clear: fillingLevel < 0.5
    severity: minor
    job: { kind: emptying, priority: high, due: PT24H }
    title: { de: Voll, en: Full }
${more}`;
const examples = (raised: string) => `    examples:
      - name: it fills up
        readings:
          - { at: PT0S, fillingLevel: 0.2 }
          - { at: PT1H, fillingLevel: 0.95 }
        alerts: [{ raised: ${raised} }]
`;

describe('Rules over the API', () => {
  let harness: Harness;
  beforeEach(async () => (harness = await startHarness()));
  afterEach(() => harness.close());

  const get = (path: string) => harness.call('GET', `/api/v1/rules${path}`);
  const post = (path: string, body: object) => harness.call('POST', `/api/v1/rules${path}`, { body });
  const save = (yaml: string, state: string, expected: number, ruleId = 'waste.full') =>
    post(`/${ruleId}/versions`, { yaml, state, expected, reason: 'it overflows' });
  const listed = async (ruleId: string) => {
    const { items } = (await get('')).body as { items: { ruleId: string }[] };
    return items.find((item) => item.ruleId === ruleId);
  };

  it('are listed with their mode, and with what they did in the last seven days', async () => {
    const { maintenanceStore, clock } = harness.city;
    const at = (name: string, hoursAgo: number, isOpen: boolean) => {
      const raisedAt = clock.now() - hoursAgo * HOUR;
      return anAlert(name, { subject: `asset:${name}`, raisedAt, clearedAt: isOpen ? null : raisedAt + HOUR });
    };
    for (const alert of [at('a', 1, true), at('b', 24 * 6, false), at('c', 24 * 8, true)])
      maintenanceStore.putAlert(alert, 'alert.raised');
    expect(await listed('waste.full')).toMatchObject({
      mode: 'live',
      number: 0,
      severity: 'major',
      worst: 'major',
      assetTypes: ['WasteContainer'],
      jobKind: 'emptying',
      inFiles: true,
      draft: null,
      openAlerts: 2,
      fired: 2,
      openShadowAlerts: 0,
      failures: 0,
    });
  });

  it('are shown one by one with their text, their content and the files', async () => {
    const { status, body } = await get('/waste.full');
    expect(status).toBe(200);
    expect(body).toMatchObject({ ruleId: 'waste.full', mode: 'live', number: 0, newest: 0, draft: null });
    expect(body['yaml']).toContain('# Collection is planned a day ahead');
    expect(body['rule']).toMatchObject({ id: 'waste.full', severity: 'major', appliesTo: { type: 'WasteContainer' } });
    expect(body['inFiles']).toMatchObject({ yaml: body['yaml'], version: body['version'] });
    expect((await get('/waste.nothing')).body).toMatchObject({ status: 404, code: 'rule.unknown' });
    expect((await get('/schema')).body).toMatchObject({ title: 'Rules of Stadtfunk' });
  });

  it('are checked: every mistake with its line and column', async () => {
    const broken = rule(0.9).replace('fillingLevel >= 0.9', 'fillLevel >= 0.9').replace('minor', 'small');
    const { status, body } = await post('/check', { yaml: broken });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ruleId: null,
      problems: [
        { line: 7, column: 11, path: 'rules[0].when', found: "'fillLevel'" },
        { line: 9, column: 15, path: 'rules[0].severity' },
      ],
    });
    expect((await post('/check', { yaml: rule(0.9) })).body).toMatchObject({ problems: [], ruleId: 'waste.full' });
    for (const yaml of ['', 'rules: [', '\u0000', 'a: *b', `version: '1'\nrules: []\n`, '- '.repeat(50_000)]) {
      const answer = await post('/check', { yaml });
      expect(answer.status, yaml.slice(0, 20)).toBe(200);
      expect((answer.body['problems'] as unknown[]).length).toBeGreaterThan(0);
    }
    expect((await post('/check', { yaml: 'x'.repeat(200_001) })).status).toBe(400);
  });

  it('run their examples without being saved', async () => {
    const { body } = await post('/examples', { yaml: rule(0.9, examples('PT0S')) });
    expect(body).toMatchObject({
      problems: [],
      examples: [
        {
          name: 'it fills up',
          line: 13,
          passed: false,
          expected: [{ raised: '2026-01-15T11:00:00.000Z', cleared: null }],
          got: [{ raised: '2026-01-15T12:00:00.000Z', cleared: null }],
        },
      ],
    });
    expect((await post('/examples', { yaml: 'rules: [' })).body).toMatchObject({ examples: [], problems: [{}] });
    expect((await listed('waste.full')) as object).toMatchObject({ number: 0 });
  });

  it('are saved as a draft, in shadow mode and live, and say who did so and why', async () => {
    expect((await save('rules: [', 'draft', 0)).body).toMatchObject({ number: 1, state: 'draft', ruleVersion: null });
    expect(await listed('waste.full')).toMatchObject({ number: 0, mode: 'live', draft: 1 });
    expect((await get('/waste.full')).body).toMatchObject({ newest: 1, draft: { number: 1, yaml: 'rules: [' } });

    const shadow = await save(rule(0.7), 'shadow', 1);
    expect(shadow.status).toBe(201);
    expect(shadow.body['yaml']).toContain('    mode: shadow\n');
    expect(await listed('waste.full')).toMatchObject({ number: 2, mode: 'shadow', severity: 'minor', draft: null });

    const live = await save(shadow.body['yaml'] as string, 'live', 2);
    expect(live.body['yaml']).toBe(rule(0.7));
    expect(live.body['ruleVersion']).toBe(shadow.body['ruleVersion']);
    expect(await listed('waste.full')).toMatchObject({ number: 3, mode: 'live', version: live.body['ruleVersion'] });

    const history = (await get('/waste.full/versions?limit=2')).body;
    expect(history).toMatchObject({
      items: [{ number: 3, state: 'live', author: 'admin', reason: 'it overflows' }, {}],
    });
    const older = (await get(`/waste.full/versions?limit=2&after=${String(history['next'])}`)).body;
    expect(older).toMatchObject({ items: [{ number: 1, state: 'draft' }], next: null });
    expect((await get('/waste.full/versions/1')).body).toMatchObject({ yaml: 'rules: [' });
    expect((await get('/waste.full/versions/9')).status).toBe(404);
  });

  it('are refused in force with mistakes, with another id, or with examples that fail, and then nothing is saved', async () => {
    const broken = await save(rule(0.9).replace('fillingLevel >=', 'level >='), 'live', 0);
    expect(broken.body).toMatchObject({ status: 400, code: 'rules.invalid', problems: [{ line: 7, column: 11 }] });
    const other = await save(rule(0.9).replace('waste.full', 'waste.fuller'), 'shadow', 0);
    expect(other.body).toMatchObject({ status: 400, problems: [{ path: 'rules[0].id', line: 4 }] });
    const failing = await save(rule(0.9, examples('PT0S')), 'live', 0);
    expect(failing.body).toMatchObject({ status: 422, code: 'rule.examplesFailed', examples: [{ passed: false }] });
    expect((await save(rule(0.9), 'file', 0)).status).toBe(400);
    expect((await post('/waste.full/versions', { state: 'live', expected: 0, reason: 'x' })).status).toBe(400);
    expect((await post('/waste.full/versions', { yaml: rule(0.9), state: 'live', expected: 0 })).status).toBe(400);
    expect(harness.city.ruleVersions.rows).toEqual([]);
    expect((await save(rule(0.9, examples('PT1H')), 'live', 0)).status).toBe(201);
  });

  it('tell whoever comes second what somebody else has saved meanwhile', async () => {
    await save(rule(0.9), 'live', 0);
    const late = await save(rule(0.8), 'live', 0);
    expect(late.body).toMatchObject({ status: 409, code: 'rule.conflict', newest: { number: 1, author: 'admin' } });
    expect(await listed('waste.full')).toMatchObject({ number: 1 });
  });

  it('are retired, and brought back as they were, from the files or from any version', async () => {
    await save(rule(0.9), 'live', 0);
    const restore = (body: object) => post('/waste.full/restore', { reason: 'r', ...body });
    const retired = await post('/waste.full/versions', { state: 'retired', expected: 1, reason: 'nobody cares' });
    expect(retired.body).toMatchObject({ number: 2, state: 'retired', ruleVersion: null, yaml: rule(0.9) });
    expect(await listed('waste.full')).toBeUndefined();
    const { resting } = (await get('')).body as { resting: unknown[] };
    expect(resting).toMatchObject([{ ruleId: 'waste.full', state: 'retired', title: { en: 'Full' } }]);
    expect((await get('/waste.full')).body).toMatchObject({ mode: null, number: null, newest: 2, yaml: rule(0.9) });

    expect((await restore({ number: 1, expected: 1 })).status).toBe(409);
    expect((await restore({ number: 1, expected: 2 })).body).toMatchObject({ number: 3, state: 'live', restores: 1 });
    expect((await restore({ number: 1, expected: 3, state: 'shadow' })).body).toMatchObject({ state: 'shadow' });
    expect((await restore({ number: 0, expected: 4 })).body).toMatchObject({ number: 5, state: 'file', restores: 0 });
    expect(await listed('waste.full')).toMatchObject({ number: 0, mode: 'live', severity: 'major' });
    expect((await restore({ number: 5, expected: 5 })).body).toMatchObject({ number: 6, state: 'file', restores: 5 });
    expect((await restore({ number: 77, expected: 6 })).status).toBe(404);
    expect((await post('/no.rule/restore', { number: 0, expected: 0, reason: 'r' })).status).toBe(404);
  });

  it('can be new', async () => {
    const yaml = rule(0.4).replace('waste.full', 'waste.half');
    expect((await save(yaml, 'draft', 0, 'waste.half')).status).toBe(201);
    expect(((await get('')).body['resting'] as unknown[])[0]).toMatchObject({ ruleId: 'waste.half', state: 'draft' });
    expect((await save(yaml, 'live', 1, 'waste.half')).status).toBe(201);
    expect(await listed('waste.half')).toMatchObject({ number: 2, inFiles: false });
    const none = await post('/waste.none/versions', { state: 'retired', expected: 0, reason: 'x' });
    expect(none.status).toBe(404);
  });

  it('are what a backtest compares with, as soon as they are saved', async () => {
    await save(rule(0.99), 'live', 0);
    const period = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };
    const { body } = await post('/backtest', { rules: rule(0.4), ...period });
    const version = ((await listed('waste.full')) as unknown as { version: string }).version;
    expect(body['rules']).toMatchObject([{ ruleId: 'waste.full', old: { ruleVersion: version } }]);
    expect((await get('/backtest')).body).toEqual({ items: [] });
  });
});
