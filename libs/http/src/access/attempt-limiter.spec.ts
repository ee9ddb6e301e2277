import { describe, expect, it } from 'vitest';
import { networkOf } from './attempt-limiter.ts';

describe('The network of an address', () => {
  it('is the /64 of an IPv6 address, however it is written', () => {
    expect(networkOf('2001:db8:1:2:aaaa::1')).toBe('2001:db8:1:2::/64');
    expect(networkOf('2001:db8:1:2:b:c:d:e')).toBe('2001:db8:1:2::/64');
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
  });

  it('is the address itself for IPv4 and for this machine', () => {
    expect(networkOf('192.0.2.7')).toBe('192.0.2.7');
    expect(networkOf('::ffff:192.0.2.7')).toBe('::ffff:192.0.2.7');
    expect(networkOf('::1')).toBe('::1');
  });
});
