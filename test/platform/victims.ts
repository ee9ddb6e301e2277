import type { Installation } from './installation.ts';

/** A process or server that can be killed or held at any moment. */
export interface Victim {
  readonly name: string;
  /** `kill -9`; gives what starts it again. */
  kill(): Promise<() => Promise<unknown>>;
  /** SIGSTOP; gives SIGCONT. */
  hold(): () => void;
}

/** Every process of an installation and every engine behind it. */
export function victimsOf(city: Installation): Victim[] {
  const { postgres, redis, influx, mosquitto } = city.engines;
  const processes = [...city.processes.keys()].sort().map((name) => ({
    name,
    kill: async () => {
      await city.get(name).kill('SIGKILL');
      return () => city.run(name);
    },
    hold: () => {
      const running = city.get(name);
      running.pause();
      return () => running.resume();
    },
  }));
  return [
    ...processes,
    { name: 'postgres', hold: () => postgres.hold(), kill: killing(postgres, () => postgres.resume()) },
    { name: 'redis', hold: () => holding(redis.pid), kill: killing(redis, () => redis.start()) },
    { name: 'influx', hold: () => holding(influx.pid), kill: killing(influx, () => influx.restart()) },
    { name: 'mosquitto', hold: () => holding(mosquitto.pid!), kill: killing(mosquitto, () => mosquitto.start()) },
  ];
}

function killing(server: { kill(): Promise<void> }, revive: () => Promise<void>): Victim['kill'] {
  return async () => {
    await server.kill();
    return revive;
  };
}

function holding(pid: number): () => void {
  process.kill(pid, 'SIGSTOP');
  return () => process.kill(pid, 'SIGCONT');
}
