import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';

export interface ListenerDependencies {
  readonly host: string;
  readonly port: number;
  readonly tcpKeepAliveMs: number;
  /** What the handshakes above TCP may take. */
  readonly connectTimeoutMs: number;
  /** Whether a new connection may come in. Asked before a byte is read. */
  readonly admit: (socket: Socket) => boolean;
  /** Takes a stream of MQTT bytes. */
  readonly serve: (stream: Duplex) => void;
  /** A connection that did not get as far as MQTT. */
  readonly onRefused: (code: string, error: string) => void;
}

/** What makes a stream of MQTT bytes out of a TCP connection. */
type Transport = (dependencies: ListenerDependencies) => (socket: Socket) => void;

/** Accepts connections on one port. */
export class Listener {
  readonly #server: Server;

  constructor(
    private readonly dependencies: ListenerDependencies,
    transport: Transport,
  ) {
    const take = transport(dependencies);
    const { tcpKeepAliveMs, admit, onRefused } = dependencies;
    const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: tcpKeepAliveMs };
    this.#server = createServer(options, (socket) => {
      // Before anything else: a reset before the first byte is an error event, and unheard it would end the process.
      socket.on('error', (error) => onRefused('connection.reset', error.message));
      if (admit(socket)) take(socket);
      else socket.destroy();
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
  (socket) =>
    serve(socket);

/** MQTT over TLS 1.2 or newer. */
export function tlsTransport(cert: string, key: string): Transport {
  return ({ serve, onRefused, connectTimeoutMs }) => {
    const server = createTlsServer({ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: connectTimeoutMs });
    server.on('tlsClientError', (error, stream) => {
      onRefused('connection.tls', error.message);
      stream.destroy();
    });
    server.on('secureConnection', (stream) => {
      stream.on('error', (error: Error) => onRefused('connection.reset', error.message));
      serve(stream);
    });
    return (socket) => void server.emit('connection', socket);
  };
}

/** MQTT over WebSocket (MQTT 3.1.1, section 6): binary frames, subprotocol `mqtt`. */
export function webSocketTransport(maxFrameBytes: number): Transport {
  return ({ serve, onRefused, connectTimeoutMs }) => {
    const handshakes = new WeakMap<Duplex, NodeJS.Timeout>();
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
        clearTimeout(handshakes.get(socket));
        const stream = createWebSocketStream(webSocket, { readableObjectMode: false });
        webSocket.on('message', (_data, isBinary) => {
          if (isBinary) return;
          onRefused('connection.textFrame', 'MQTT-6.0.0-1: frames are binary');
          stream.destroy();
        });
        serve(stream);
      });
    });
    return (socket) => {
      const handshake = setTimeout(() => {
        onRefused('connection.connectTimeout', 'no WebSocket handshake');
        socket.destroy();
      }, connectTimeoutMs);
      handshakes.set(socket, handshake);
      socket.once('close', () => clearTimeout(handshake));
      server.emit('connection', socket);
    };
  };
}
