import { createServer } from 'node:net';
import { Clock } from './clock.ts';

export { selfSignedCertificate } from './testing/self-signed-certificate.ts';

/** A clock that only moves when told to. */
export class ManualClock extends Clock {
  constructor(private time = Date.UTC(2026, 10, 21, 12)) {
    super();
  }

  override now(): number {
    return this.time;
  }

  advance(ms: number): void {
    this.time += ms;
  }

  set(time: number): void {
    this.time = time;
  }
}

/**
 * Polls until `probe` gives something other than undefined, null or false, and returns it. Throws after `timeoutMs`, naming `what`.
 * For servers and other processes, where no clock can be turned by hand.
 */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  { timeoutMs = 20_000, everyMs = 25 } = {},
): Promise<Exclude<NonNullable<T>, false>> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== null && value !== false) return value as Exclude<NonNullable<T>, false>;
      last = value;
    } catch (thrown) {
      last = thrown;
    }
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms (last: ${String(last)})`);
    await new Promise((wake) => setTimeout(wake, everyMs));
  }
}

/** Ports of the loopback that nobody uses, all different: all are held until all are known. */
export async function freePorts(count: number): Promise<number[]> {
  const listeners = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    listeners.map(async (listener) => {
      await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
      const address = listener.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      return address.port;
    }),
  );
  await Promise.all(listeners.map((listener) => new Promise((closed) => listener.close(closed))));
  return ports;
}

/** A port of the loopback that nobody uses. */
export async function freePort(): Promise<number> {
  return (await freePorts(1))[0]!;
}
