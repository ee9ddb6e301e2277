import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Simulation } from '../simulation/simulation.ts';
import { DAY, HOUR, mildWeather, smallCity, START, TruthList } from '../simulation/testing/small-city.ts';
import { FleetPublisher } from './fleet-publisher.ts';
import { Pace, PacedRun } from './paced-run.ts';

interface Received {
  readonly clientId: string;
  readonly topic: string;
  readonly hex: string;
}

/** A broker that acknowledges, and can be cut off. */
class Broker {
  readonly received: Received[] = [];
  readonly #sockets = new Set<Socket>();
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  acknowledges = true;
  port = 0;

  /** When each connection came, performance.now(). */
  readonly connectedAt: number[] = [];
  scheme: 'mqtt' | 'ws' = 'mqtt';

  get url(): string {
    return `${this.scheme}://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker();
    this.#aedes = aedes;
    aedes.authorizePublish = (client, { topic, payload }, done) => {
      if (!this.acknowledges) return;
      this.received.push({ clientId: client?.id ?? '', topic, hex: Buffer.from(payload).toString('hex') });
      done(null);
    };
    const isWebSocket = this.scheme === 'ws';
    const server = isWebSocket ? createHttpServer() : createServer((socket) => void aedes.handle(socket));
    server.on('connection', (socket: Socket) => {
      this.connectedAt.push(performance.now());
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    if (isWebSocket) {
      const webSockets = new WebSocketServer({ server: server as ReturnType<typeof createHttpServer>, path: '/mqtt' });
      webSockets.on('connection', (webSocket) => void aedes.handle(createWebSocketStream(webSocket)));
    }
    this.#server = server;
    await new Promise<void>((done) => server.listen(this.port, '127.0.0.1', done));
    this.port = (server.address() as AddressInfo).port;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((done) => this.#server?.close(done));
    await new Promise<void>((done) => this.#aedes?.close(done));
  }
}

const broker = new Broker();
let publisher: FleetPublisher | undefined;
afterEach(async () => {
  publisher?.stop();
  await broker.stop();
  broker.received.length = 0;
  broker.connectedAt.length = 0;
  broker.scheme = 'mqtt';
});

function city(clockFace?: (at: number) => number) {
  const devices = smallCity(2, 1);
  const simulation = new Simulation({
    seed: 3,
    from: START,
    devices,
    weather: mildWeather,
    truth: new TruthList(),
    ...(clockFace && { clockFace }),
  });
  const ids = devices.map(({ deviceId }) => deviceId);
  const credentials = Object.fromEntries(
    ids.map((id) => [id, { username: id, password: 'secret', topic: `stadtfunk/v1/${id}/up` }]),
  );
  return { simulation, ids, credentials };
}

function startPublisher(
  credentials: ReturnType<typeof city>['credentials'],
  ids: readonly string[],
  options: { readonly connectsPerSecond?: number } = {},
): FleetPublisher {
  const said: string[] = [];
  const own = new FleetPublisher({
    mqttUrl: broker.url,
    credentials,
    ...options,
    log: (line) => said.push(line),
  });
  publisher = own;
  own.start(ids);
  return own;
}

describe('a fleet at a broker', () => {
  it.each(['mqtt', 'ws'] as const)(
    'publishes every byte that arrives over %s, each device over a connection of its own',
    async (scheme) => {
      broker.scheme = scheme;
      await broker.start();
      const { simulation, ids, credentials } = city();
      const own = startPublisher(credentials, ids);
      await eventually('all connected', () => own.counts.connected === ids.length);
      const expected: Received[] = [];
      simulation.run(START + DAY, (arrival) => {
        const { deviceId, payload } = arrival;
        const hex = Buffer.from(payload).toString('hex');
        expected.push({ clientId: deviceId, topic: `stadtfunk/v1/${deviceId}/up`, hex });
        own.publish(arrival);
      });
      await eventually('all acknowledged', () => own.inFlight === 0);
      const ofDevice = (all: readonly Received[], id: string) => all.filter(({ clientId }) => clientId === id);
      for (const id of ids) expect(ofDevice(broker.received, id)).toEqual(ofDevice(expected, id));
      expect(own.counts).toMatchObject({ sent: expected.length, acknowledged: expected.length, givenUp: 0 });
    },
  );

  it('opens its connections one after the other, so many a second', async () => {
    await broker.start();
    const { ids, credentials } = city();
    const some = ids.slice(0, 4);
    const own = startPublisher(credentials, some, { connectsPerSecond: 1 });
    await eventually('all connected', () => own.counts.connected === some.length, { timeoutMs: 20_000 });
    // Three seconds after each other; a busy machine takes the first one late. ConnectPace itself is held to the millisecond.
    expect(broker.connectedAt.at(-1)! - broker.connectedAt[0]!).toBeGreaterThan(1_500);
  }, 30_000);

  it('goes on sending to a broker that does not answer, and sends it again after the connection is lost', async () => {
    broker.acknowledges = false;
    await broker.start();
    const { simulation, ids, credentials } = city();
    const own = startPublisher(credentials, ids);
    await eventually('all connected', () => own.counts.connected === ids.length);
    simulation.run(START + 4 * HOUR, own.publish);
    const { sent } = own.counts;
    expect([own.inFlight, sent > 10]).toEqual([sent, true]);
    broker.acknowledges = true;
    broker.cut();
    await eventually('all acknowledged', () => own.inFlight === 0, { timeoutMs: 15_000 });
    expect(own.counts).toMatchObject({ sent, acknowledged: sent });
  }, 30_000);
});

describe('a paced run', () => {
  it('runs a city so many times faster than life, with devices that show the time on the wall', async () => {
    await broker.start();
    const begunAt = Date.now();
    const pace = new Pace(START, begunAt, 3_600);
    expect([pace.eventTime(begunAt + 1_000), pace.clockFace(START + HOUR)]).toEqual([START + HOUR, begunAt + 1_000]);
    const { simulation } = city(pace.clockFace);
    const times: [number, number][] = [];
    const run = new PacedRun(simulation, pace, ({ at }) => times.push([at, Date.now()]));
    run.start();
    await eventually('six hours', () => simulation.now > START + 6 * HOUR, { timeoutMs: 20_000 });
    run.stop();
    expect(times.length).toBeGreaterThan(20);
    for (const [at, now] of times) expect(now).toBeGreaterThanOrEqual(pace.clockFace(at) - 1);
  }, 30_000);
});
