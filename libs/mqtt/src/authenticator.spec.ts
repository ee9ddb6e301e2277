import { MemoryDeviceDirectory } from '@stadtfunk/devices';
import { ManualClock, eventually } from '@stadtfunk/kernel/testing';
import { describe, expect, it } from 'vitest';
import { Authenticator } from './authenticator.ts';
import { MQTT_INTAKE_DEFAULTS } from './options.ts';

const AT_ONCE = 8;

/** Strangers' credentials are asked for, and the records answer when they are told to. */
function authenticatorOf() {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const authenticator = new Authenticator(
    {
      directory: new MemoryDeviceDirectory(),
      credentials: async (deviceId) => {
        asked.push(deviceId);
        await new Promise<void>((answer) => answers.push(answer));
        return undefined;
      },
      clock: new ManualClock(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      hashPassword: (password) => Promise.resolve(password),
      verifyPassword: () => Promise.resolve(false),
    },
    MQTT_INTAKE_DEFAULTS,
  );
  const ask = (deviceId: string, origin: string) =>
    authenticator.authenticate(deviceId, Buffer.from(deviceId), origin, () => true);
  return { asked, answers, ask };
}

describe('an address whose devices nobody knows', () => {
  it('leaves others their turn at the records', async () => {
    const { asked, answers, ask } = authenticatorOf();
    const guesses = Array.from({ length: 3 * AT_ONCE }, (_, number) => ask(`guess-${number}`, 'stranger'));
    const device = ask('bin-1', 'city');
    expect(asked).toHaveLength(AT_ONCE);
    for (let turn = 1; turn <= 2; turn++) {
      answers.shift()!();
      await eventually('the next one asks', () => asked.length === AT_ONCE + turn);
    }
    expect(asked.slice(AT_ONCE)).toEqual([`guess-${AT_ONCE}`, 'bin-1']);
    while (asked.length < guesses.length + 1 || answers.length > 0) {
      answers.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const outcomes = await Promise.all([...guesses, device]);
    expect(new Set(outcomes.map((outcome) => outcome.ok || outcome.code))).toEqual(new Set(['connect.badCredentials']));
  });
});
