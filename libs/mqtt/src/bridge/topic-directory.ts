import { MemoryDeviceDirectory, type BoundDevice } from '@stadtfunk/devices';
import { maySend } from '../authenticator.ts';
import { topicOf } from '../topics.ts';

/** A device directory that can also be asked which devices publish to a topic of their own. */
export class TopicDirectory extends MemoryDeviceDirectory {
  readonly #topics = new Map<string, string>();
  readonly #devices = new Map<string, string[]>();
  #onChange: () => void = () => undefined;

  /** The devices whose own topic this is; one, unless firmware dictates the same topic to several. */
  devicesAt(topic: string): readonly string[] {
    return this.#devices.get(topic) ?? [];
  }

  /** The topics that some device has for itself. Retired and planned devices have none. */
  ownTopics(): Iterable<string> {
    return this.#devices.keys();
  }

  /** Tells of changes to `ownTopics`; there is one listener. */
  onTopicsChanged(listener: () => void): void {
    this.#onChange = listener;
  }

  override put(entry: BoundDevice): void {
    super.put(entry);
    const { deviceId, uplinkTopic } = entry.device;
    this.#move(deviceId, uplinkTopic !== null && maySend(entry) ? topicOf(uplinkTopic, deviceId) : undefined);
  }

  override remove(deviceId: string): void {
    super.remove(deviceId);
    this.#move(deviceId, undefined);
  }

  #move(deviceId: string, topic: string | undefined): void {
    const before = this.#topics.get(deviceId);
    if (before === topic) return;
    if (before !== undefined) {
      const others = this.devicesAt(before).filter((other) => other !== deviceId);
      if (others.length > 0) this.#devices.set(before, others);
      else this.#devices.delete(before);
      this.#topics.delete(deviceId);
    }
    if (topic !== undefined) {
      this.#devices.set(topic, [...this.devicesAt(topic), deviceId]);
      this.#topics.set(deviceId, topic);
    }
    this.#onChange();
  }
}
