import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { cpus } from 'node:os';
import { hashPassword } from '@stadtfunk/credentials';
import mqttPacket from 'mqtt-packet';
import { Client } from 'pg';
import { Installation } from '../platform/installation.ts';
import { cpuSeconds, peakMemoryMib, round } from './measure.ts';

export interface ReconnectsBenchOptions {
  readonly devices: number;
  /** Loopback addresses that they share: one is a fleet behind the gateway of its carrier. */
  readonly addresses: number;
  /** Given up after so long. */
  readonly seconds: number;
  readonly log: (line: string) => void;
}

/** A device that is not let in waits so long, twice as long each time, and between half of it and one and a half times of it. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const CONNACK = 0x20;
const UNAVAILABLE = 3;

/** All devices of a fleet come back to a broker that has just started and knows no password yet, with the settings and the cost as shipped. */
export async function benchReconnects({ devices, addresses, seconds, log }: ReconnectsBenchOptions): Promise<object> {
  log('starting the engines');
  const city = await Installation.start({ LOG_LEVEL: 'error' });
  try {
    await city.run('api');
    await city.get('api').stop();
    const password = randomBytes(24).toString('base64url');
    await register(city.engines.postgres.url, devices, await hashPassword(password));
    const broker = await city.run('broker');
    const { hostname, port } = new URL(broker.mqttUrl);
    const before = await cpuSeconds(broker);
    log(`${devices} devices come back`);
    const storm = new Storm((index) => {
      const localAddress = `127.0.0.${2 + (index % addresses)}`;
      return connect({ host: hostname, port: Number(port), localAddress });
    });
    const inSeconds = await storm.run(devices, password, seconds * 1_000, log);
    return {
      bench: 'reconnects',
      machine: { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version },
      ...{ devices, addresses },
      devicesIn: inSeconds.length,
      secondsUntilIn: {
        half: secondsOf(inSeconds, devices / 2),
        ninetyNineOfHundred: secondsOf(inSeconds, devices * 0.99),
        all: secondsOf(inSeconds, devices),
      },
      attemptsPerDevice: round(storm.attempts / devices, 2),
      toldToComeAgain: storm.toldToComeAgain,
      closed: storm.closed,
      brokerCpuMillisecondsPerDevice: round((((await cpuSeconds(broker)) - before) * 1_000) / devices, 2),
      brokerPeakMemoryMib: peakMemoryMib(broker),
    };
  } finally {
    await city.remove();
  }
}

const secondsOf = (inSeconds: readonly number[], count: number) => {
  const seconds = inSeconds[Math.ceil(count) - 1];
  return seconds === undefined ? null : round(seconds);
};

async function register(postgresUrl: string, devices: number, passwordHash: string): Promise<void> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(
    `insert into devices (device_id, model, password_hash)
     select 'nb-' || n, 'stadtfunk-json', $2 from generate_series(0, $1::int - 1) n`,
    [devices, passwordHash],
  );
  await client.end();
}

/** Devices that try until they are in, and then stay. */
class Storm {
  attempts = 0;
  toldToComeAgain = 0;
  closed = 0;
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isOver = false;

  constructor(private readonly open: (index: number) => Socket) {}

  /** Gives after how many seconds each device was in, the first one first. */
  async run(devices: number, password: string, withinMs: number, log: (line: string) => void): Promise<number[]> {
    const began = performance.now();
    const inSeconds: number[] = [];
    const progress = setInterval(() => log(`${inSeconds.length} are in`), 10_000);
    await new Promise<void>((resolve, reject) => {
      setTimeout(resolve, withinMs).unref();
      for (let index = 0; index < devices; index++) {
        const done = () => {
          inSeconds.push((performance.now() - began) / 1_000);
          if (inSeconds.length === devices) resolve();
        };
        this.#try(index, password, FIRST_WAIT_MS, done, reject);
      }
    }).finally(() => {
      clearInterval(progress);
      this.#end();
    });
    return inSeconds;
  }

  #try(index: number, password: string, waitMs: number, done: () => void, fail: (error: Error) => void): void {
    this.attempts++;
    let isIn = false;
    const username = `nb-${index}`;
    const socket = this.open(index);
    this.#sockets.add(socket);
    socket.write(
      mqttPacket.generate({
        cmd: 'connect',
        clientId: username,
        username,
        password: Buffer.from(password),
        keepalive: 0,
      }),
    );
    socket.on('data', (bytes) => {
      if (isIn || bytes[0] !== CONNACK) return;
      const code = bytes[3];
      if (code === 0) {
        isIn = true;
        return done();
      }
      if (code !== UNAVAILABLE) return fail(new Error(`a device was refused with code ${code}`));
      this.toldToComeAgain++;
      this.closed--;
      socket.destroy();
    });
    // A reset is one of the ways in which it is closed.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#isOver) return;
      if (isIn) return fail(new Error('a device that was in was closed'));
      this.closed++;
      const timer = setTimeout(
        () => {
          this.#timers.delete(timer);
          this.#try(index, password, Math.min(2 * waitMs, LONGEST_WAIT_MS), done, fail);
        },
        waitMs * (0.5 + Math.random()),
      );
      this.#timers.add(timer);
    });
  }

  #end(): void {
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#sockets) socket.destroy();
  }
}
