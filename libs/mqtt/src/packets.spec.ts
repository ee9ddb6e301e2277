import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from 'vitest';
import { IntakeFixture, publishPacket } from './mqtt-intake.fixture.ts';

const numbers = createRequire(import.meta.url)('mqtt-packet/numbers.js') as { readonly cache: object };

describe('packets', () => {
  let fixture: IntakeFixture;
  afterEach(() => fixture.stop());

  it('are written without a buffer kept for every packet id', async () => {
    fixture = await new IntakeFixture().start();
    const client = await fixture.connect('bin-1');
    client.send(publishPacket('bin-1', 'x', { qos: 1, messageId: 0xabcd }));
    expect((await client.next('puback')).messageId).toBe(0xabcd);
    expect(Object.keys(numbers.cache)).toEqual([]);
  });
});
