import { maySend } from '../authenticator.ts';
import { isDeviceId } from '../topics.ts';
import type { TopicDirectory } from './topic-directory.ts';
import type { TopicTemplate } from './topic-template.ts';

/** Whose uplink it is by its topic, and what is odd about it: a code, to be counted. */
export interface Route {
  readonly deviceId: string;
  readonly oddity: string | null;
}

const LONGEST_NAME = 128;

/**
 * From topics to devices. A bridge has no door at which a stranger could be refused, and the publisher has its
 * acknowledgement already: so what is no device's goes into the log too, and becomes a dead letter (`device.unknown`).
 */
export class TopicRoutes {
  constructor(
    private readonly templates: readonly TopicTemplate[],
    private readonly directory: TopicDirectory,
  ) {}

  /** null for topics that were never asked for. */
  find(topic: string): Route | null {
    const owners = this.directory.devicesAt(topic);
    if (owners.length > 1) return { deviceId: standIn(topic), oddity: 'topic.ambiguous' };
    const deviceId = owners[0] ?? this.#byTemplate(topic);
    if (deviceId === undefined) return null;
    if (!isDeviceId(deviceId)) return { deviceId: standIn(topic), oddity: 'topic.impossibleId' };
    const bound = this.directory.find(deviceId);
    if (!bound) return { deviceId, oddity: 'device.unknown' };
    return { deviceId, oddity: maySend(bound) ? null : `device.${bound.device.lifecycle}` };
  }

  #byTemplate(topic: string): string | undefined {
    for (const template of this.templates) {
      const deviceId = template.deviceIdOf(topic);
      if (deviceId !== undefined) return deviceId;
    }
    return undefined;
  }
}

/** What the uplink is filed under when its topic names no possible device. The slash keeps it from ever being a device's id. */
function standIn(topic: string): string {
  return `/${topic}`.replace(/[^\x21-\x7e]/g, '?').slice(0, LONGEST_NAME);
}
