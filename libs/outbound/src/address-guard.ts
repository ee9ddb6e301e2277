import { parseIp, type IpAddress } from './ip-address.ts';

/** Thrown, or given to whoever connects, where a name or URL leads to an address that nothing is sent to. */
export const REFUSED_ADDRESS = 'EADDRESSREFUSED';

interface Network {
  readonly address: IpAddress;
  readonly prefix: number;
}

/**
 * Where no receiver lives: "this host", link-local, multicast, broadcast (RFC 6890), and the metadata services of clouds. Link-local
 * also in the addresses by which IPv6 leads to IPv4: compatible (RFC 4291, 2.5.5.1), translated (RFC 6052) and 6to4 (RFC 3056).
 */
const NEVER = [
  ...networks('0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/128', 'fe80::/10', 'fd00:ec2::/32', 'ff00::/8'),
  ...networks('::169.254.0.0/112', '64:ff9b::169.254.0.0/112', '2002:a9fe::/32'),
];

/** Loopback, the networks of houses and providers, and IPv6 networks that lead to any IPv4 address (RFC 6890, 6598, 6052, 3056). */
const PRIVATE = [
  ...networks('10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16'),
  ...networks('198.18.0.0/15', '::1/128', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', 'fc00::/7', 'fec0::/10'),
];

/** Whether something may be sent to an address. */
export type AddressGuard = (address: string) => boolean;

/** @param allowPrivate whether loopback and private networks are allowed; link-local and multicast never are */
export function addressGuard(allowPrivate: boolean): AddressGuard {
  const refused = allowPrivate ? NEVER : [...NEVER, ...PRIVATE];
  return (text) => {
    const address = parseIp(text);
    return address !== undefined && !refused.some((network) => isWithin(address, network));
  };
}

export interface FoundAddress {
  readonly address: string;
  readonly family: number;
}

/** As `dns.lookup` of Node with `all`, and what its servers and clients take in its place. */
export type Lookup<Options extends object = object> = (
  hostname: string,
  options: Options & { readonly all?: boolean | undefined },
  callback: (error: Error | null, found: string | FoundAddress[], family?: number) => void,
) => void;

/**
 * Resolves names like `lookup`, and leaves out what the guard refuses. It is asked for each connection, and the connection
 * goes to the very address that was judged: a name that changes its answer in between gains nothing.
 */
export function guardedLookup<Options extends object>(guard: AddressGuard, lookup: Lookup<Options>): Lookup<Options> {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const allowed = (typeof found === 'string' ? [] : found).filter(({ address }) => guard(address));
      const [first] = allowed;
      if (!first) return callback(refusal(), []);
      if (options.all) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}

function refusal(): Error {
  return Object.assign(new Error('the name leads to no address that is allowed'), { code: REFUSED_ADDRESS });
}

function networks(...texts: readonly string[]): readonly Network[] {
  return texts.map((text) => {
    const [address = '', prefix] = text.split('/');
    return { address: parseIp(address)!, prefix: Number(prefix) };
  });
}

function isWithin({ family, groups }: IpAddress, { address, prefix }: Network): boolean {
  if (address.family !== family) return false;
  const bits = family === 4 ? 8 : 16;
  return groups.every((group, index) => {
    const compared = Math.min(Math.max(prefix - index * bits, 0), bits);
    const shift = bits - compared;
    return group >> shift === address.groups[index]! >> shift;
  });
}
