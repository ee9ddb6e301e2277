import type { CityDevice } from '../city/city.ts';
import type { Channel } from '../radio/channel.ts';
import type { Random } from '../random.ts';
import type { Cell } from '../sensors/cell.ts';
import type { Arrival } from '../simulation/arrival.ts';
import type { EndedDownlink } from '../simulation/downlink.ts';
import type { DeviceTruth } from '../simulation/device-truth.ts';
import type { FirmwareSettings } from '../simulation/simulation-options.ts';
import { NO_FAULTS, type Faults } from '../world/faults.ts';
import type { Thing, Weather } from '../world/thing.ts';
import type { DeviceClock } from './clock.ts';

/** What a device consists of beside its program. */
export interface Parts {
  readonly device: CityDevice;
  readonly from: number;
  readonly settings: FirmwareSettings;
  readonly clock: DeviceClock;
  readonly channel: Channel;
  /** null: on mains. */
  readonly cell: Cell | null;
  readonly faults: Faults;
  readonly random: Random;
  readonly truth: DeviceTruth;
  readonly weather: Weather;
  readonly arrive: (arrival: Arrival) => void;
  /** A stream of chance of this device, for what not every device needs. */
  readonly stream: (name: string) => Random;
  /** Told what became of each downlink. */
  readonly downlinked?: (ended: EndedDownlink) => void;
}

/** What a program sees of the sensor that it reads. */
export interface Sensor {
  /** The thing that it is on, advanced by whoever looks. */
  subject(at: number): Thing<object>;
  measure(at: number): void;
  /** Whether what was measured last is so. */
  readonly isRight: boolean;
  /** When it will see something change by itself although nothing does; Infinity: never. */
  readonly nextChangeAt: number;
}

/** Whether a device with supply runs at this moment. */
export function runs({ faults, cell }: Pick<Parts, 'faults' | 'cell'>, at: number): boolean {
  if (cell !== null && cell.isEmpty(at)) return false;
  if (faults === NO_FAULTS) return true;
  return !(faults.active('device.dead', at) || faults.active('device.hung', at) || faults.active('device.reboot', at));
}

/** When a device starts anew by itself, or because somebody has changed its cell. */
export function startsOf({ faults, cell }: Pick<Parts, 'faults' | 'cell'>): number[] {
  const ends = faults.list
    .filter(({ kind }) => kind === 'device.dead' || kind === 'device.hung' || kind === 'device.reboot')
    .map(({ to }) => to);
  const changes = cell === null ? [] : cell.empties.map(({ to }) => to);
  return [...new Set([...ends, ...changes])].filter(Number.isFinite).sort((a, b) => a - b);
}
