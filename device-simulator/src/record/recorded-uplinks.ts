import { DeviceSubjects, type HeardUplink, type Subjects } from '@stadtfunk/backtest';
import { MemoryDeviceDirectory } from '@stadtfunk/devices';
import { interpret } from '@stadtfunk/ingest';
import type { Reading } from '@stadtfunk/readings';
import type { Uplink } from '@stadtfunk/uplinks';
import type { RecordingItem } from './recording-item.ts';

/** A recording on its way into a backtest: what its uplinks say by the catalogue, as it would be read live. */
export class RecordedUplinks implements Subjects {
  readonly #directory = new MemoryDeviceDirectory();
  /** Made anew when a device is told of again, which then has moved or changed. */
  readonly #subjects = new Map<string, DeviceSubjects>();
  /** Uplinks of devices of which the recording does not say what they are: nobody can judge them. */
  unknown = 0;

  at(deviceId: string, time: number) {
    return this.#subjects.get(deviceId)?.at(deviceId, time);
  }

  /** The uplinks with their readings, block by block; shorter pieces where a device changes. */
  async *uplinks(blocks: AsyncIterable<readonly RecordingItem[]>): AsyncGenerator<readonly HeardUplink[]> {
    for await (const block of blocks) {
      let batch: HeardUplink[] = [];
      for (const item of block) {
        if (item.type === 'uplink') {
          if (this.#directory.find(item.uplink.deviceId)) batch.push(this.#heard(item.uplink));
          else this.unknown++;
          continue;
        }
        // What was heard before is judged by what the device was before.
        if (batch.length > 0) yield batch;
        batch = [];
        this.#directory.put(item.bound);
        this.#subjects.set(item.bound.device.deviceId, new DeviceSubjects([item.bound]));
      }
      if (batch.length > 0) yield batch;
    }
  }

  #heard(uplink: Uplink): HeardUplink {
    const { deviceId, receivedAt } = uplink;
    const outcome = interpret(uplink, this.#directory);
    const readings: Reading[] = [];
    if (outcome.ok) {
      const assetId = outcome.value.bound.asset?.assetId ?? null;
      // As live: what a sensor that has moved tells of the asset before is history, and of another asset.
      for (const { reading } of outcome.value.samples) if (reading?.assetId === assetId) readings.push(reading);
    }
    return { deviceId, receivedAt, readings };
  }
}
