import { Fault } from '@stadtfunk/kernel';

const PLACEHOLDER = '{deviceId}';

/** A template such as `stadtfunk/v1/{deviceId}/up`: the filter to subscribe to, and the way from a topic back to a device id. */
export class TopicTemplate {
  readonly filter: string;
  readonly #pattern: RegExp;

  /** Throws a fault that names the template and what is wrong with it. */
  constructor(template: string) {
    const levels = template.split('/');
    if (levels.filter((level) => level === PLACEHOLDER).length !== 1 || template.split(PLACEHOLDER).length !== 2) {
      throw fault(template, `exactly one whole level must be ${PLACEHOLDER}`);
    }
    this.filter = template.replace(PLACEHOLDER, '+');
    checkFilter(this.filter);
    this.#pattern = patternOf(levels);
  }

  /** The level of a topic that stands where the id of a device does; undefined for other topics. */
  deviceIdOf(topic: string): string | undefined {
    return this.#pattern.exec(topic)?.[1];
  }
}

/** Tells whether a filter takes in a topic. */
export function matcherOf(filter: string): (topic: string) => boolean {
  const pattern = patternOf(filter.split('/'));
  return (topic) => pattern.test(topic);
}

/** Throws a fault unless this is a filter that may be subscribed to (MQTT 3.1.1, section 4.7). */
export function checkFilter(filter: string): void {
  if (/^\$(?:share|queue)(?:\/|$)/i.test(filter)) {
    throw fault(filter, 'shared subscriptions break the order per device; divide the fleet by topic instead');
  }
  const levels = filter.split('/');
  const isSound = levels.every(
    (level, index) => level === '+' || (level === '#' && index === levels.length - 1) || !/[+#\u0000]/.test(level),
  );
  if (filter === '' || Buffer.byteLength(filter) > 65_535 || !isSound) throw fault(filter, 'not a topic filter');
}

function patternOf(levels: readonly string[]): RegExp {
  const parts = levels.map((level, index) => {
    const separator = index === 0 ? '' : '/';
    if (level === PLACEHOLDER) return `${separator}([^/]*)`;
    if (level === '+') return `${separator}[^/]*`;
    // `a/#` takes in `a` itself.
    if (level === '#') return index === 0 ? '.*' : '(?:/.*)?';
    return separator + level.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}

function fault(filter: string, problem: string): Fault {
  return new Fault('bridge.topicFilter', `topic filter '${filter}': ${problem}`, false);
}
