import type { BoundDevice } from '@stadtfunk/devices';
import { Fault } from '@stadtfunk/kernel';
import { DeviceSubjects, type Subjects } from './device-subjects.ts';
import type { HeardUplink } from './heard-uplink.ts';
import { readRecordingLine } from './recording.ts';

const BATCH_SIZE = 1_000;

/** A recording while it is read: an uplink source, and what it has told so far of its devices. */
export class RecordedCity implements Subjects {
  readonly #devices = new Map<string, BoundDevice>();
  /** Made anew when a device is told of again, which then has moved or changed. */
  readonly #subjects = new Map<string, DeviceSubjects>();

  at(deviceId: string, time: number) {
    return this.#subjects.get(deviceId)?.at(deviceId, time);
  }

  /** The uplinks, in batches. Fault `recording.invalid` with the number of the line, also where time goes back. */
  async *uplinks(lines: AsyncIterable<string>): AsyncGenerator<readonly HeardUplink[]> {
    let batch: HeardUplink[] = [];
    let number = 0;
    let lastReceivedAt = -Infinity;
    for await (const text of lines) {
      number++;
      if (text.trim() === '') continue;
      const line = readRecordingLine(text, (deviceId) => this.#devices.get(deviceId)?.asset?.assetId ?? null);
      if (!line.ok) throw invalid(number, line.error.detail);
      if (line.value.type === 'device') {
        // What was heard before is judged by what the device was before.
        if (batch.length > 0) yield batch;
        batch = [];
        const { bound } = line.value;
        this.#devices.set(bound.device.deviceId, bound);
        this.#subjects.set(bound.device.deviceId, new DeviceSubjects([bound]));
      } else if (line.value.type === 'uplink') {
        const { uplink } = line.value;
        if (!this.#devices.has(uplink.deviceId)) {
          throw invalid(number, `nothing was said before of the device '${uplink.deviceId}'`);
        }
        if (uplink.receivedAt < lastReceivedAt) throw invalid(number, 'it was received before the one above');
        lastReceivedAt = uplink.receivedAt;
        if (batch.push(uplink) < BATCH_SIZE) continue;
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }
}

function invalid(line: number, detail: string): Fault {
  return new Fault('recording.invalid', `line ${line}: ${detail}`, false);
}
