import type { BinDevice, CityDevice, LampDevice, SpotDevice } from '../city/city.ts';
import { Channel } from '../radio/channel.ts';
import { Random } from '../random.ts';
import { BinSensor } from '../sensors/bin-sensor.ts';
import { Cell } from '../sensors/cell.ts';
import { LampMonitor } from '../sensors/lamp-monitor.ts';
import { SpotSensor } from '../sensors/spot-sensor.ts';
import type { Arrival } from '../simulation/arrival.ts';
import { DeviceTruth, spansOf } from '../simulation/device-truth.ts';
import type { SimulationOptions } from '../simulation/simulation-options.ts';
import { Faults } from '../world/faults.ts';
import { DeviceClock } from './clock.ts';
import { DingtekBinFirmware } from './dingtek-bin.ts';
import { DingtekSpotFirmware } from './dingtek-spot.ts';
import { DraginoBin } from './dragino.ts';
import type { Firmware } from './firmware.ts';
import { MilesightBin } from './milesight.ts';
import type { Parts } from './parts.ts';
import { UcifiLamp } from './ucifi-lamp.ts';

const NO_SETTINGS = {};
const eventTime = (at: number) => at;

/** A device with all that belongs to it, each part with a stream of chance of its own. */
export function makeFirmware(
  device: CityDevice,
  options: SimulationOptions,
  neighbour: CityDevice | undefined,
  arrive: (arrival: Arrival) => void,
): Firmware {
  const { seed, from, weather, truth, clockFace = eventTime, downlinked } = options;
  const { deviceId } = device;
  const faults = Faults.of(device.disturbances);
  const stream = (name: string) => Random.of(seed, deviceId, name);
  const channel = new Channel(stream('radio'), faults, device.kind === 'lamp' ? 'drx' : 'psm');
  const cell = device.kind === 'lamp' ? null : new Cell(stream('cell'), faults, from, channel.usualLevel);
  const parts: Parts = {
    device,
    from,
    settings: options.settings?.(device.index) ?? NO_SETTINGS,
    clock: new DeviceClock(stream('clock'), faults, clockFace),
    channel,
    cell,
    faults,
    random: stream('firmware'),
    truth: new DeviceTruth(truth, deviceId, spansOf(device, cell), from),
    weather,
    arrive,
    stream,
    ...(downlinked && { downlinked }),
  };
  const chance = stream('sensor');
  switch (device.kind) {
    case 'bin': {
      const other = neighbour?.kind === 'bin' ? neighbour.thing : undefined;
      return makeBin(device, parts, new BinSensor(device, chance, faults, other));
    }
    case 'spot': {
      const other = neighbour?.kind === 'spot' ? neighbour.thing : undefined;
      return makeSpot(device, parts, new SpotSensor(device, chance, faults, other));
    }
    case 'lamp': {
      const other = neighbour?.kind === 'lamp' ? neighbour.thing : undefined;
      return makeLamp(device, parts, new LampMonitor(device, chance, faults, other));
    }
  }
}

function makeBin(device: BinDevice, parts: Parts, sensor: BinSensor): Firmware {
  switch (device.model) {
    case 'dragino-ndds75':
      return new DraginoBin(device, parts, sensor);
    case 'dingtek-df702':
      return new DingtekBinFirmware(device, parts, sensor);
    case 'milesight-em400-mud':
      return new MilesightBin(device, parts, sensor);
  }
}

function makeSpot(device: SpotDevice, parts: Parts, sensor: SpotSensor): Firmware {
  return new DingtekSpotFirmware(device, parts, sensor);
}

function makeLamp(device: LampDevice, parts: Parts, monitor: LampMonitor): Firmware {
  return new UcifiLamp(device, parts, monitor);
}
