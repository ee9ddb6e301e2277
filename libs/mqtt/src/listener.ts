import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Visitor } from './door.ts';

export interface ListenerDependencies {
  readonly host: string;
  readonly port: number;
  readonly tcpKeepAliveMs: number;
  /** What the handshakes above TCP may take. */
  readonly connectTimeoutMs: number;
  /** Asked before a byte is read: calls back when a new connection may come in, or closes it. */
  readonly knock: (socket: Socket, enter: (visitor: Visitor) => void) => void;
  /** Takes a stream of MQTT bytes. */
  readonly serve: (stream: Duplex, visitor: Visitor) => void;
  /** A connection that did not get as far as MQTT. */
  readonly onRefused: (code: string, error: string) => void;
}

/** What makes a stream of MQTT bytes out of a TCP connection. */
export type Transport = (dependencies: ListenerDependencies) => (visitor: Visitor) => void;

/** Accepts connections on one port. */
export class Listener {
  readonly #server: Server;

  constructor(
    private readonly dependencies: ListenerDependencies,
    transport: Transport,
  ) {
    const take = transport(dependencies);
    const { tcpKeepAliveMs, knock, onRefused } = dependencies;
    const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: tcpKeepAliveMs, pauseOnConnect: true };
    this.#server = createServer(options, (socket) => {
      // Before anything else: a reset before the first byte is an error event, and unheard it would end the process.
      socket.on('error', (error) => onRefused('connection.reset', error.message));
      knock(socket, take);
    });
  }

  /** The port that it listens on. */
  async open(): Promise<number> {
    const { host, port, onRefused } = this.dependencies;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    this.#server.on('error', (error) => onRefused('connection.notAccepted', error.message));
    return (this.#server.address() as AddressInfo).port;
  }

  /** Accepts no more. Resolves when the connections that were accepted are gone. */
  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

export const tcpTransport: Transport =
  ({ serve }) =>
  (visitor) =>
    serve(visitor.socket, visitor);

/** A certificate chain and its key, PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** MQTT over TLS 1.2 or newer. */
export class TlsTransport {
  #server: TlsServer | undefined;

  constructor(private readonly certificate: Certificate) {}

  readonly transport: Transport = ({ serve, onRefused, connectTimeoutMs }) => {
    const server = createTlsServer({ ...this.certificate, ...TLS_OPTIONS, handshakeTimeout: connectTimeoutMs });
    this.#server = server;
    /** By the other end: what comes out of a handshake does not say which connection went in. */
    const visitors = new Map<string, Visitor>();
    server.on('tlsClientError', (error, stream) => {
      onRefused('connection.tls', error.message);
      stream.destroy();
    });
    server.on('secureConnection', (stream) => {
      stream.on('error', (error: Error) => onRefused('connection.reset', error.message));
      const visitor = visitors.get(endOf(stream));
      if (visitor) serve(stream, visitor);
      else stream.destroy(); // Gone meanwhile.
    });
    return (visitor) => {
      const { socket } = visitor;
      const end = endOf(socket);
      visitors.set(end, visitor);
      socket.once('close', () => {
        if (visitors.get(end) === visitor) visitors.delete(end);
      });
      server.emit('connection', socket);
      socket.resume();
    };
  };

  /** Connections that come from now on get this certificate. Throws what is wrong with it, and goes on with the present one. */
  renew(certificate: Certificate): void {
    this.#server?.setSecureContext({ ...certificate, ...TLS_OPTIONS });
  }
}

const TLS_OPTIONS = { minVersion: 'TLSv1.2' } as const;

function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** MQTT over WebSocket (MQTT 3.1.1, section 6): binary frames, subprotocol `mqtt`. */
export function webSocketTransport(maxFrameBytes: number): Transport {
  return ({ serve, onRefused, connectTimeoutMs }) => {
    const handshakes = new WeakMap<Duplex, { readonly visitor: Visitor; readonly deadline: NodeJS.Timeout }>();
    const server = createHttpServer((request, response) => {
      request.resume();
      response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end('MQTT over WebSocket\n');
    });
    server.on('clientError', (error: Error, socket: Duplex) => {
      onRefused('connection.http', error.message);
      socket.destroy();
    });
    const webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : 'mqttv3.1'),
    });
    webSockets.on('wsClientError', (error: Error, socket) => {
      onRefused('connection.http', error.message);
      socket.destroy();
    });
    server.on('upgrade', (request, socket: Duplex, head) => {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
      if (!offered.includes('mqtt') && !offered.includes('mqttv3.1')) {
        onRefused('connection.subprotocol', 'the subprotocol mqtt was not offered');
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        const handshake = handshakes.get(socket);
        clearTimeout(handshake?.deadline);
        const stream = createWebSocketStream(webSocket, { readableObjectMode: false });
        webSocket.on('message', (_data, isBinary) => {
          if (isBinary) return;
          onRefused('connection.textFrame', 'MQTT-6.0.0-1: frames are binary');
          stream.destroy();
        });
        if (handshake) serve(stream, handshake.visitor);
      });
    });
    return (visitor) => {
      const { socket } = visitor;
      const deadline = setTimeout(() => {
        onRefused('connection.connectTimeout', 'no WebSocket handshake');
        socket.destroy();
      }, connectTimeoutMs);
      handshakes.set(socket, { visitor, deadline });
      socket.once('close', () => clearTimeout(deadline));
      server.emit('connection', socket);
      socket.resume();
    };
  };
}
