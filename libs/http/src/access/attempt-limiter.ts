import { isIPv6 } from 'node:net';
import type { Clock } from '@stadtfunk/kernel';

/** Addresses that are remembered; the oldest gives way. */
const MAX_ADDRESSES = 10_000;

interface Failures {
  readonly since: number;
  count: number;
}

/** Counts failed attempts per address in a window that begins with the first of them. */
export class AttemptLimiter {
  readonly #failures = new Map<string, Failures>();

  constructor(
    private readonly clock: Clock,
    private readonly limit: number,
    private readonly windowMs: number,
  ) {}

  /** How long this address has to wait, ms; 0: not at all. */
  waitMs(address: string): number {
    const failures = this.#present(networkOf(address));
    return failures && failures.count >= this.limit ? failures.since + this.windowMs - this.clock.now() : 0;
  }

  fail(address: string): void {
    const network = networkOf(address);
    const failures = this.#present(network);
    if (failures) {
      failures.count++;
      return;
    }
    const [oldest] = this.#failures.keys();
    if (this.#failures.size >= MAX_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest);
    this.#failures.set(network, { since: this.clock.now(), count: 1 });
  }

  #present(network: string): Failures | undefined {
    const failures = this.#failures.get(network);
    if (failures && failures.since + this.windowMs <= this.clock.now()) this.#failures.delete(network);
    return this.#failures.get(network);
  }
}

/** One subscriber usually has a whole /64 of IPv6 addresses. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::')) return address;
  const [head = ''] = address.split('::');
  const groups = head.split(':').slice(0, 4);
  return `${[...groups, '0', '0', '0'].slice(0, 4).join(':')}::/64`;
}
