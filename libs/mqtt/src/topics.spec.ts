import { describe, expect, it } from 'vitest';
import { isDeviceId, topicOf } from './topics.ts';

describe('topics', () => {
  it('are made of a template and an id, taken literally', () => {
    expect(topicOf('city/{deviceId}/up/{deviceId}', 'bin-1')).toBe('city/bin-1/up/bin-1');
    expect(topicOf('city/{deviceId}', "$&$'")).toBe("city/$&$'");
  });

  it('have device ids of visible ASCII that cannot span or match levels', () => {
    for (const id of ['bin-1', '867737071234567', 'urn:dev:imei:1', 'a', 'x'.repeat(128)])
      expect(isDeviceId(id), id).toBe(true);
    for (const id of ['', 'a/b', '+', 'a#', 'a b', 'ä', 'a\n', 'a\u0000', 'x'.repeat(129)])
      expect(isDeviceId(id), id).toBe(false);
  });
});
