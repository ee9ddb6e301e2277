import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anAlert } from '../testing/city.ts';
import { type Harness, startHarness } from '../testing/harness.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const DEAD = {
  channel: 'webhook',
  attempts: 12,
  deliveredAt: null,
  lastError: 'webhook.refused: 410',
  givenUpAt: NOON,
};

describe('The API of deliveries', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    const { outbox } = harness.city;
    for (let eventId = 1; eventId <= 12; eventId++) {
      outbox.putEvent({ eventId, type: 'alert.raised', at: NOON, data: anAlert('a') });
      await outbox.recordDelivery({ eventId, ...DEAD });
    }
    await outbox.recordDelivery({ eventId: 3, ...DEAD, givenUpAt: null, deliveredAt: NOON });
  });
  afterEach(() => harness.close());

  const list = (query: string) => harness.call('GET', `/api/v1/deliveries${query}`);
  const retry = (path: string) => harness.call('POST', `/api/v1/deliveries/${path}/retry`);

  it('lists those that were given up, in pages', async () => {
    const seen: string[] = [];
    let query = '?state=dead&limit=5';
    for (let pages = 0; pages < 3; pages++) {
      const { items, next } = (await list(query)).body as { items: { eventId: string }[]; next: string | null };
      seen.push(...items.map(({ eventId }) => eventId));
      query = `?limit=5&after=${next}`;
      if (next === null) break;
    }

    expect(query).toBe('?limit=5&after=null');
    expect(seen).toEqual(['1', '2', '4', '5', '6', '7', '8', '9', '10', '11', '12']);
    expect((await list('?limit=1')).body.items).toEqual([
      {
        eventId: '1',
        channel: 'webhook',
        state: 'dead',
        attempts: 12,
        lastError: 'webhook.refused: 410',
        deliveredAt: null,
        givenUpAt: '2026-11-21T12:00:00.000Z',
      },
    ]);
  });

  it('tries again what was given up, once', async () => {
    const { body } = await retry('7/webhook');

    expect(body).toMatchObject({ eventId: '7', state: 'waiting', givenUpAt: null, attempts: 12 });
    expect(await retry('7/webhook')).toMatchObject({ status: 409, body: { code: 'delivery.notDead' } });
    expect(((await list('')).body.items as { eventId: string }[]).map(({ eventId }) => eventId)).not.toContain('7');
  });

  it('leaves a delivery that arrived', async () => {
    expect(await retry('3/webhook')).toMatchObject({ status: 409, body: { code: 'delivery.notDead' } });
    expect((await harness.city.outbox.find(3, 'webhook'))?.delivery).toMatchObject({ deliveredAt: NOON });
  });

  it('knows no other deliveries, states or cursors', async () => {
    for (const path of [
      '99/webhook',
      '7/mail',
      '07/webhook',
      '-1/webhook',
      '1e3/webhook',
      `${'9'.repeat(30)}/webhook`,
    ]) {
      expect(await retry(path)).toMatchObject({ status: 404, body: { code: 'delivery.unknown' } });
    }
    expect((await list('?state=waiting')).status).toBe(400);
    const forged = [['letters', '1', 'webhook'], ['deliveries', '1e9', 'webhook'], ['deliveries', '1'], {}, null];
    for (const parts of forged) {
      const after = Buffer.from(JSON.stringify(parts)).toString('base64url');
      expect(await list(`?after=${after}`)).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
    }
    expect(await list('?after=x')).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
  });
});
