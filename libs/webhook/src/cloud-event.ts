import type { OutboxEvent } from '@stadtfunk/maintenance';

export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';
const TYPE_PREFIX = 'de.stadtfunk.';

/**
 * An event as CloudEvents 1.0 in JSON ("structured mode").
 * @param source what sends, a URI reference; together with the id it is unique
 */
export function cloudEventOf({ eventId, type, at, data }: OutboxEvent, source: string): string {
  return JSON.stringify({
    specversion: '1.0',
    id: String(eventId),
    source,
    type: `${TYPE_PREFIX}${type}`,
    subject: 'jobId' in data ? `jobs/${data.jobId}` : `alerts/${data.alertId}`,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: withIsoTimes(data),
  });
}

/** Times are UTC ms inside and ISO 8601 outside. By our names, what ends in `At` is one. */
function withIsoTimes(value: unknown, key = ''): unknown {
  if (typeof value === 'number') return key.endsWith('At') ? new Date(value).toISOString() : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withIsoTimes(item));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withIsoTimes(item, name)]));
}
