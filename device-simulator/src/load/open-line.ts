import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';

/** Where a line goes to, and from where. */
export interface LineTarget {
  readonly host: string;
  readonly port: number;
  /** null: plain TCP. `ca`: what the certificate is checked against, PEM; null: the authorities that Node.js knows. */
  readonly tls: { readonly ca: string | null } | null;
  /** Of a WebSocket: `/mqtt`. null: MQTT straight on the connection. */
  readonly path: string | null;
  /** One address has some 28,000 ports; undefined: as the system likes. */
  readonly localAddress: string | undefined;
}

/** Opens a way to a broker. @param onReady bytes may be written from now on */
export function openLine(target: LineTarget, onReady: () => void): Duplex {
  const { host, port, tls, path, localAddress } = target;
  const local = localAddress === undefined ? {} : { localAddress };
  const trust = tls === null || tls.ca === null ? {} : { ca: tls.ca };
  if (path !== null) {
    const name = host.includes(':') ? `[${host}]` : host;
    const url = `${tls ? 'wss' : 'ws'}://${name}:${port}${path}`;
    // MQTT 3.1.1, section 6: the subprotocol is `mqtt`, and packets lie in binary frames as they come.
    const webSocket = new WebSocket(url, 'mqtt', { ...local, ...trust, perMessageDeflate: false });
    webSocket.once('open', onReady);
    return createWebSocketStream(webSocket);
  }
  const socket = tls ? connectTls({ host, port, ...local, ...trust }) : connectTcp({ host, port, ...local });
  socket.setNoDelay(true);
  return socket.once(tls ? 'secureConnect' : 'connect', onReady);
}
