import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Thrown, or given to Node, where a name or URL leads to an address that nothing is posted to. */
export const REFUSED_ADDRESS = 'EADDRESSREFUSED';

type Subnets = readonly (readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'])[];

/** Where no receiver lives: "this host", link-local, multicast, broadcast (RFC 6890), and the metadata services of clouds. */
const NEVER: Subnets = [
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];
/** Loopback, the networks of houses and providers, and IPv6 networks that lead to any IPv4 address (RFC 6890, 6598, 6052, 3056). */
const PRIVATE: Subnets = [
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
];

/** Whether something may be posted to an address. */
export type AddressGuard = (address: string) => boolean;

/** @param allowPrivate whether loopback and private networks are allowed; link-local and multicast never are */
export function addressGuard(allowPrivate: boolean): AddressGuard {
  const refused = new BlockList();
  for (const [network, prefix, family] of allowPrivate ? NEVER : [...NEVER, ...PRIVATE]) {
    refused.addSubnet(network, prefix, family);
  }
  return (address) => {
    const version = isIP(address);
    // An IPv4 address within an IPv6 one (::ffff:10.0.0.1) is judged as the IPv4 address by BlockList itself.
    return version !== 0 && !refused.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
}

/**
 * Resolves names like `lookup`, and leaves out what the guard refuses. It is asked for each connection, and the connection
 * goes to the very address that was judged: a name that changes its answer in between gains nothing.
 */
export function guardedLookup(guard: AddressGuard, lookup: LookupFunction = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const allowed = (found as LookupAddress[]).filter(({ address }) => guard(address));
      const [first] = allowed;
      if (!first) return callback(refusal(), []);
      if (options.all) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}

function refusal(): NodeJS.ErrnoException {
  return Object.assign(new Error('the name leads to no address that is allowed'), { code: REFUSED_ADDRESS });
}
