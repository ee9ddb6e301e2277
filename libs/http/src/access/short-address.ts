import { isIPv6 } from 'node:net';

/** How much of an address is kept: all of it, the network of some hundred neighbours, or nothing. */
export const ADDRESS_KEEPING = ['full', 'short', 'none'] as const;
export type AddressKeeping = (typeof ADDRESS_KEEPING)[number];

/** An address as it may be kept: IPv4 without its last 8 bits, IPv6 without its last 80. */
export function keptAddress(address: string, keeping: AddressKeeping): string | null {
  if (keeping === 'none') return null;
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (keeping === 'full') return plain;
  if (!isIPv6(plain)) return plain.replace(/\.\d+$/, '.0');
  if (plain.startsWith('::')) return '::';
  const groups = plain.split('::')[0]!.split(':').slice(0, 3);
  return `${groups.join(':')}::`;
}
