import { isIPv6 } from 'node:net';

/**
 * Who counts as one when places are shared out: an IPv4 address, or a /64 of IPv6, which one subscriber usually has as a whole.
 * A carrier sends thousands of devices from one address; so what comes from one origin is never refused for being much, only
 * for being more than others where there is no room for all.
 */
export function originOf(address: string | undefined): string {
  if (address === undefined) return '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = ''] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  return `${[...groups, '0', '0', '0', '0'].slice(0, 4).join(':')}::/64`;
}
