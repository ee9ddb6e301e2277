import { Fault } from '@stadtfunk/kernel';
import type { LineTarget } from './open-line.ts';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };
/** Where brokers have it that are asked for no other place. */
const DEFAULT_PATH = '/mqtt';
/**
 * Of one address. Linux gives it the ports 32768 to 60999, of one parity first, and to a socket that asks for an address those of one
 * half first: beyond some 7,000 every further connection looks through all of these in vain.
 */
const PER_ADDRESS = 6_000;

/** Reads `mqtt://host:port`, `mqtts://host:port`, `ws://host:port/path` or `wss://host:port/path`. Fault `load.url` that does not show what it read: there may be a password in it. */
export function targetOf(url: string, ca: string | null): Omit<LineTarget, 'localAddress'> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const port = parsed && DEFAULT_PORTS[parsed.protocol];
  if (!parsed || port === undefined || parsed.hostname === '' || parsed.username !== '' || parsed.password !== '') {
    const detail =
      'the broker is mqtt://, mqtts://, ws:// or wss://, a host, and maybe a port and a path; user names and passwords come another way';
    throw new Fault('load.url', detail, false);
  }
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  const isWebSocket = parsed.protocol.startsWith('ws');
  return {
    host,
    port: parsed.port === '' ? port : Number(parsed.port),
    tls: parsed.protocol === 'mqtts:' || parsed.protocol === 'wss:' ? { ca } : null,
    path: isWebSocket ? (parsed.pathname === '/' ? DEFAULT_PATH : parsed.pathname + parsed.search) : null,
  };
}

/**
 * From which address connection `index` to `host` comes: a broker on this machine is reached from as many loopback addresses as
 * the ports of one do not suffice for; another one from the addresses that were given, in turn.
 */
export function localAddressOf(host: string, index: number, addresses: readonly string[]): string | undefined {
  if (addresses.length > 0) return addresses[index % addresses.length];
  if (!/^127\./.test(host) && host !== 'localhost') return undefined;
  const number = Math.floor(index / PER_ADDRESS);
  return number === 0 ? undefined : `127.0.${number >> 8}.${(number & 255) + 1}`;
}
