import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLetter } from '@stadtfunk/ingest/testing';
import { type Harness, startHarness } from '../testing/harness.ts';

const utf8 = new TextEncoder();

describe('The raw uplinks of a device', () => {
  let harness: Harness;
  let now: number;
  beforeEach(async () => {
    harness = await startHarness();
    now = harness.city.clock.now();
    const location = { type: 'Point', coordinates: [8.9, 50.1] };
    await harness.call('POST', '/api/v1/assets', { body: { assetId: 'bin-1', type: 'WasteContainer', location } });
    // A model of the real catalogue: what is read here is read by its codec.
    await harness.city.deviceRegistry.createDevice(
      {
        deviceId: 'sensor-1',
        model: 'stadtfunk-json',
        lifecycle: 'active',
        imei: null,
        iccid: null,
        uplinkTopic: null,
        reportingIntervalMs: null,
      },
      'hash',
      'bin-1',
    );
  });
  afterEach(() => harness.close());

  const send = (payload: string | Uint8Array, receivedAt = now, deviceId = 'sensor-1') =>
    harness.city.uplinkLog.append([
      {
        deviceId,
        topic: `stadtfunk/v1/${deviceId}/up`,
        receivedAt,
        qos: 1,
        payload: typeof payload === 'string' ? utf8.encode(payload) : payload,
      },
    ]);
  const json = (values: object, observedAt = now) =>
    JSON.stringify({ observedAt: new Date(observedAt).toISOString(), values });
  const list = async (query = '') => (await harness.call('GET', `/api/v1/devices/sensor-1/uplinks${query}`)).body;

  it('come with bytes, decoded fields and what was made of them', async () => {
    await send(json({ fillingLevel: 0.53, nonsense: 1 }));
    await harness.city.telemetryStore.write([
      {
        deviceId: 'sensor-1',
        assetId: 'bin-1',
        observedAt: now,
        receivedAt: now,
        clock: 'ok',
        quality: 4,
        values: { fillingLevel: 0.53 },
      },
    ]);
    const { items, complete, next } = await list();

    expect({ complete, next }).toEqual({ complete: true, next: null });
    expect(items).toMatchObject([
      {
        receivedAt: new Date(now).toISOString(),
        topic: 'stadtfunk/v1/sensor-1/up',
        format: 'stadtfunk-json',
        payload: { text: json({ fillingLevel: 0.53, nonsense: 1 }) },
        decoded: { values: { fillingLevel: 0.53 } },
        samples: [
          {
            kind: 'periodic',
            observedAt: new Date(now).toISOString(),
            clock: 'ok',
            quality: 4,
            values: { fillingLevel: 0.53 },
            fate: 'stored',
            refused: null,
          },
        ],
        problems: [{ code: expect.any(String) as string, detail: expect.stringContaining('nonsense') as string }],
        error: null,
      },
    ]);
  });

  it('say what was brought before, what is not stored, and what is quarantined', async () => {
    const reading = { deviceId: 'sensor-1', assetId: 'bin-1', clock: 'ok', quality: 4 } as const;
    await harness.city.telemetryStore.write([
      { ...reading, observedAt: now, receivedAt: now - 5, values: { fillingLevel: 0.1 } },
    ]);
    await send(json({ fillingLevel: 0.1 }));
    await send(json({ fillingLevel: 0.2 }, now - 60_000));
    await send(JSON.stringify({ history: [{ observedAt: '1970-01-02T00:00:00Z', values: { fillingLevel: 0.3 } }] }));

    const { items } = (await list()) as { items: { samples: { fate: string; refused: string | null }[] }[] };
    expect(items.map(({ samples }) => samples.map(({ fate, refused }) => [fate, refused]))).toEqual([
      [['quarantined', 'clock.unset']],
      [['missing', null]],
      [['repeated', null]],
    ]);
  });

  it('say why nothing can be used, whatever the bytes', async () => {
    await send('no json');
    await send(Uint8Array.of(0xff, 0, 1));
    await send('');
    const { items } = (await list()) as { items: { error: { code: string }; payload: object; decoded: unknown }[] };

    expect(items.map(({ error }) => error.code)).toEqual(['payload.empty', 'payload.notUtf8', 'payload.notJson']);
    expect(items[1]).toMatchObject({ decoded: null, payload: { bytes: 3, hex: 'ff0001', text: null } });
  });

  it('come newest first, a page at a time, and of this device only', async () => {
    for (let index = 0; index < 30; index++) {
      await send(json({ fillingLevel: 0.5 }), now + index);
      await send(json({ fillingLevel: 0.5 }), now + index, 'other');
    }
    const first = await list('?limit=20');
    expect(first).toMatchObject({ complete: false, next: expect.any(Number) as number });
    const rest = await list(`?limit=20&before=${String(first.next)}`);
    const times = [first, rest].flatMap(({ items }) =>
      (items as { receivedAt: string }[]).map(({ receivedAt }) => Date.parse(receivedAt) - now),
    );
    expect(times).toEqual(Array.from({ length: 30 }, (_, index) => 29 - index));
    expect(rest).toMatchObject({ complete: true, next: null });
  });

  it('are those of a known device', async () => {
    expect((await harness.call('GET', '/api/v1/devices/nobody/uplinks')).status).toBe(404);
    expect((await list('?limit=51')).status).toBe(400);
    expect((await list('?before=0')).status).toBe(400);
  });

  it('of dead letters say whether another try would do', async () => {
    const letter = {
      ...aLetter(),
      letterId: '7',
      deviceId: 'sensor-1',
      payload: utf8.encode(json({ fillingLevel: 1 })),
    };
    harness.city.deadLetterOffice.letters.set('7', { ...letter, state: 'open', attempts: 1 });
    const decoded = async () => (await harness.call('GET', '/api/v1/dead-letters/7/decoded')).body;

    expect(await decoded()).toMatchObject({ letterId: '7', error: null, samples: [{ values: { fillingLevel: 1 } }] });
    await harness.call('PATCH', '/api/v1/devices/sensor-1', { body: { lifecycle: 'retired' } });
    expect(await decoded()).toMatchObject({ error: { code: 'device.retired' }, decoded: {} });
    expect((await harness.call('GET', '/api/v1/dead-letters/8/decoded')).status).toBe(404);
  });
});
