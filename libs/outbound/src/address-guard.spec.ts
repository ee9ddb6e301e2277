import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressGuard, guardedLookup, REFUSED_ADDRESS, type FoundAddress, type Lookup } from './address-guard.ts';
import { parseIp } from './ip-address.ts';

const NEVER = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/128',
  'fe80::/10',
  'fd00:ec2::/32',
  'ff00::/8',
  '::a9fe:0/112',
  '64:ff9b::a9fe:0/112',
  '2002:a9fe::/32',
];
const PRIVATE = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '::1/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
  'fc00::/7',
  'fec0::/10',
];

/** The judgement of Node's own block list. */
function nodesGuard(networks: readonly string[]) {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return (address: string) => !list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

describe('the guard of addresses', () => {
  const group = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }),
    fc.constantFrom(0, 1, 0xffff, 0xfe80, 0xfd00, 0xec2, 0x64, 0xff9b, 0x2002, 0xfc00, 0xfec0, 0x7f00, 0xa9fe, 0xc0a8),
  );
  const byte = fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 224, 254),
  );
  const ipv4 = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'));
  const ipv6 = fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => {
    return groups.map((each) => each.toString(16)).join(':');
  });
  const zeros = fc.tuple(fc.array(group, { maxLength: 3 }), fc.array(group, { maxLength: 3 })).map(([head, tail]) => {
    const side = (groups: readonly number[]) => groups.map((each) => each.toString(16)).join(':');
    return `${side(head)}::${side(tail)}`;
  });
  const mapped = ipv4.map((address) => `::ffff:${address}`);

  it('judges every address as the block list of Node does', () => {
    for (const [allowPrivate, networks] of [
      [true, NEVER],
      [false, [...NEVER, ...PRIVATE]],
    ] as const) {
      const [ours, nodes] = [addressGuard(allowPrivate), nodesGuard(networks)];
      fc.assert(
        fc.property(fc.oneof(ipv4, ipv6, zeros, mapped), (address) => {
          expect(ours(address), address).toBe(nodes(address));
        }),
        { numRuns: 20_000 },
      );
    }
  });

  it('takes for an address only what Node takes for one', () => {
    const part = fc.constantFrom(
      '0',
      '1',
      '255',
      '256',
      '01',
      'ff',
      'ffff',
      'fffff',
      ':',
      '::',
      '.',
      '1.2.3.4',
      '%',
      'g',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        // Zones name an interface of this machine; no resolver gives one out for a name.
        if (!text.includes('%')) expect(parseIp(text) !== undefined, text).toBe(isIP(text) !== 0);
      }),
      { numRuns: 20_000 },
    );
  });

  it('refuses what is no address', () => {
    for (const text of ['', 'localhost', '127.1', '0x7f.0.0.1', 'fe80::1%eth0', '1.2.3.4.5', ':::']) {
      expect(addressGuard(true)(text)).toBe(false);
    }
  });
});

describe('a guarded lookup', () => {
  const answering =
    (...addresses: string[]): Lookup =>
    (_hostname, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  const ask = (lookup: Lookup, all: boolean) =>
    new Promise<{ readonly error: Error | null; readonly found: string | FoundAddress[] }>((resolve) =>
      lookup('host.example', { all }, (error, found) => resolve({ error, found })),
    );
  const guard = addressGuard(false);

  it('gives the addresses that are allowed', async () => {
    const lookup = guardedLookup(guard, answering('10.0.0.1', '192.0.2.1', '2001:db8::1'));

    expect((await ask(lookup, true)).found).toEqual([
      { address: '192.0.2.1', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ]);
    expect((await ask(lookup, false)).found).toBe('192.0.2.1');
  });

  it('refuses a name that leads to no other', async () => {
    expect((await ask(guardedLookup(guard, answering('127.0.0.1')), true)).error).toMatchObject({
      code: REFUSED_ADDRESS,
    });
  });

  it('passes on that there is no such name', async () => {
    const error = new Error('ENOTFOUND');

    expect(
      (
        await ask(
          guardedLookup(guard, (_name, _options, callback) => callback(error, [])),
          true,
        )
      ).error,
    ).toBe(error);
  });
});
