import { Backtester, type BacktestProgress, type BacktestReport, type BacktestRequest } from '@stadtfunk/backtest';
import { type Result } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness, TOKEN } from '../testing/harness.ts';

const RULES = `version: '1'
rules:
  - id: waste.full
    subject: asset
    appliesTo: { type: WasteContainer }
    when: fillingLevel >= 0.9
    clear: fillingLevel < 0.5
    severity: minor
    job: { kind: emptying, priority: high, due: PT24H }
    title: { de: Voll, en: Full }
`;
const PERIOD = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };

describe('POST /api/v1/rules/backtest', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    const { deviceRegistry, telemetryStore } = harness.city;
    const location = { type: 'Point', coordinates: [8.9, 50.1] } as const;
    const common = { name: null, location, address: null, department: null, attributes: {} };
    const unknown = { imei: null, iccid: null, uplinkTopic: null, reportingIntervalMs: null };
    for (const [number, district] of [
      [1, 'Mitte'],
      [2, 'Nord'],
    ] as const) {
      const [assetId, deviceId] = [`bin-${number}`, `nb-${number}`];
      await deviceRegistry.createAsset({ assetId, type: 'WasteContainer', district, ...common });
      const device = { deviceId, model: 'stadtfunk-json', lifecycle: 'active', ...unknown } as const;
      await deviceRegistry.createDevice(device, 'secret', assetId);
      const at = (hour: number, fillingLevel: number) => {
        const observedAt = Date.UTC(2026, 10, 1, hour);
        const receivedAt = observedAt + 2_000;
        return {
          deviceId,
          assetId,
          observedAt,
          receivedAt,
          clock: 'ok',
          quality: 4,
          values: { fillingLevel },
        } as const;
      };
      await telemetryStore.write([at(1, 0.2), at(2, 0.87), at(3, 0.95), at(5, 0.1)]);
    }
  });
  afterEach(() => harness.close());

  const backtest = (body: object) => harness.call('POST', '/api/v1/rules/backtest', { body });

  it('tells what rules would have done, beside the rules in force', async () => {
    const { status, body } = await backtest({ rules: RULES, ...PERIOD });

    expect(status).toBe(200);
    expect(body).toMatchObject({ ...PERIOD, from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' });
    expect(body).toMatchObject({ devices: 2, uplinks: 8, readings: 8, alertCount: 2 });
    // The bundled rule fires at 0.85 already; both are there at three o'clock.
    expect(body['rules']).toMatchObject([
      {
        ruleId: 'waste.full',
        new: { fired: 2, openAtEnd: 0, alarmMs: 2 * 2 * 3_600_000, jobs: 2 },
        old: { fired: 2, alarmMs: 2 * 3 * 3_600_000 },
        onlyNew: 0,
        onlyOld: 0,
        both: 2,
      },
    ]);
    expect(body['notCompared']).toContain('waste.fire');
    expect(body['alerts']).toMatchObject([
      { assetId: 'bin-1', raisedAt: '2026-11-01T03:00:00.000Z', clearedAt: '2026-11-01T05:00:00.000Z', in: 'both' },
      { assetId: 'bin-2', job: { kind: 'emptying', reopened: false } },
    ]);
    expect(body['days']).toEqual([{ day: '2026-11-01', new: 2, old: 2 }]);
  });

  it('is about one asset, type or district where one is asked for, and compares with nothing or with files', async () => {
    const ofAsset = await backtest({ rules: RULES, against: null, ...PERIOD, asset: 'bin-2', alerts: 0 });
    expect(ofAsset.body).toMatchObject({
      devices: 1,
      alertCount: 1,
      alerts: [],
      rules: [{ old: null, onlyNew: null }],
    });
    const ofDistrict = await backtest({ rules: RULES, ...PERIOD, district: 'Mitte', type: 'WasteContainer' });
    expect(ofDistrict.body).toMatchObject({ alerts: [{ assetId: 'bin-1' }] });
    expect((await backtest({ rules: RULES, ...PERIOD, type: 'ParkingSpot' })).body).toMatchObject({ devices: 0 });
    const files = [{ file: 'old.yaml', text: RULES.replace('0.9', '0.99') }];
    const ofFiles = await backtest({ rules: [{ file: 'new.yaml', text: RULES }], against: files, ...PERIOD });
    expect(ofFiles.body).toMatchObject({ rules: [{ onlyNew: 2, onlyOld: 0, both: 0 }], alerts: [{ in: 'new' }, {}] });
  });

  it('names every mistake of the rules with its place', async () => {
    const rules = RULES.replace('fillingLevel >= 0.9', 'fillLevel >= 0.9').replace('minor', 'small');
    const { status, body } = await backtest({ rules: [{ file: 'new.yaml', text: rules }], ...PERIOD });

    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'rules.invalid',
      errors: [{ path: 'body.rules', message: expect.stringContaining('new.yaml:6') as string }, {}],
      problems: [{ file: 'new.yaml', line: 6, column: 11 }, { line: 8 }],
    });
  });

  it('refuses periods that end before they begin or take years', async () => {
    const backwards = { from: PERIOD.to, to: PERIOD.from };
    expect((await backtest({ rules: RULES, ...backwards })).body).toMatchObject({ errors: [{ path: 'body.to' }] });
    const years = { from: '2020-01-01T00:00:00Z', to: PERIOD.to };
    expect((await backtest({ rules: RULES, ...years })).status).toBe(400);
  });

  it('is for people who are signed in', async () => {
    const call = { body: { rules: RULES, ...PERIOD }, anonymous: true } as const;
    expect((await harness.call('POST', '/api/v1/rules/backtest', call)).status).toBe(401);
  });
});

/** Runs until nobody waits any more. */
class EndlessBacktester extends Backtester {
  signal: AbortSignal | undefined;
  override run(_request: BacktestRequest, signal: AbortSignal): Promise<Result<BacktestReport>> {
    this.signal = signal;
    return new Promise((resolve) => {
      const error = { code: 'backtest.cancelled', detail: 'nobody waits' };
      signal.addEventListener('abort', () => resolve({ ok: false, error }));
    });
  }
  override progress(): readonly BacktestProgress[] {
    return [{ from: 0, to: 1, startedAt: 2, readings: 3, share: 0.25 }];
  }
}

describe('A backtest that takes long', () => {
  it('ends when the client leaves', async () => {
    const backtester = new EndlessBacktester();
    const harness = await startHarness({ backtester });
    const client = new AbortController();
    const asked = fetch(`${harness.url}/api/v1/rules/backtest`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ rules: RULES, ...PERIOD }),
      signal: client.signal,
    });
    await eventually('the backtest runs', () => backtester.signal !== undefined);
    expect(backtester.signal!.aborted).toBe(false);
    client.abort();
    await expect(asked).rejects.toThrow();
    await eventually('the backtest ends', () => backtester.signal!.aborted);
    await harness.close();
  });
});
