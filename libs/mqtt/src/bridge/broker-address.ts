import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { Fault } from '@stadtfunk/kernel';
import { createWebSocketStream, WebSocket } from 'ws';
import type { MqttBridgeOptions } from './options.ts';

const DEFAULT_PORTS = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };

export interface BrokerAddress {
  readonly protocol: keyof typeof DEFAULT_PORTS;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly username: string | null;
  readonly password: string | null;
  /** The address without credentials, for logs. */
  readonly display: string;
}

type AddressOptions = Pick<MqttBridgeOptions, 'url' | 'username' | 'password'>;

/** Reads the address of a broker. Throws a fault that never shows what it read: there may be a password in it. */
export function brokerAddressOf({ url, username, password }: AddressOptions): BrokerAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const protocol = parsed?.protocol as BrokerAddress['protocol'];
  if (!parsed || !(protocol in DEFAULT_PORTS) || parsed.hostname === '') {
    throw new Fault(
      'bridge.url',
      'the broker URL must be mqtt://, mqtts://, ws:// or wss://, a host, and maybe a port',
      false,
    );
  }
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = parsed.port === '' ? DEFAULT_PORTS[protocol] : Number(parsed.port);
  const path = protocol.startsWith('ws') ? parsed.pathname + parsed.search : '';
  return {
    protocol,
    host,
    port,
    path,
    username: username ?? decoded(parsed.username),
    password: password ?? decoded(parsed.password),
    display: `${protocol}//${parsed.hostname}:${port}`,
  };
}

function decoded(text: string): string | null {
  if (text === '') return null;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Fault('bridge.url', 'user name and password in the broker URL must be percent-encoded', false);
  }
}

/** Opens a stream of MQTT bytes. Failures are its error events. */
export function openStream(
  address: BrokerAddress,
  options: Pick<MqttBridgeOptions, 'ca' | 'clientCertificate'>,
): Duplex {
  const { protocol, host, port, path } = address;
  const { ca, clientCertificate } = options;
  const tls = { minVersion: 'TLSv1.2' as const, ...(ca !== null && { ca }), ...clientCertificate };
  if (protocol === 'mqtt:') return connectTcp({ host, port, noDelay: true });
  if (protocol === 'mqtts:') {
    const socket = connectTls({ host, port, ...tls, ...(isIP(host) === 0 && { servername: host }) });
    return socket.setNoDelay(true);
  }
  const webSocket = new WebSocket(`${address.display}${path}`, 'mqtt', { perMessageDeflate: false, ...tls });
  return createWebSocketStream(webSocket, { readableObjectMode: false });
}
