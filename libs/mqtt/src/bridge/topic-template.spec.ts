import { describe, expect, it } from 'vitest';
import { matcherOf, TopicTemplate } from './topic-template.ts';

describe('a topic template', () => {
  it.each([
    ['stadtfunk/v1/{deviceId}/up', 'stadtfunk/v1/+/up', 'stadtfunk/v1/bin-1/up', 'bin-1'],
    ['stadtfunk/v1/{deviceId}/up', 'stadtfunk/v1/+/up', 'stadtfunk/v1/bin-1/up/more', undefined],
    ['stadtfunk/v1/{deviceId}/up', 'stadtfunk/v1/+/up', 'x/stadtfunk/v1/bin-1/up', undefined],
    ['stadtfunk/v1/{deviceId}/up', 'stadtfunk/v1/+/up', 'stadtfunk/v1/a\nb/up', 'a\nb'],
    ['{deviceId}', '+', 'bin-1', 'bin-1'],
    ['a.b/{deviceId}/$x', 'a.b/+/$x', 'a.b/bin-1/$x', 'bin-1'],
    ['a.b/{deviceId}', 'a.b/+', 'aXb/bin-1', undefined],
    ['+/{deviceId}/#', '+/+/#', 'any/bin-1/x/y', 'bin-1'],
    ['+/{deviceId}/#', '+/+/#', 'any/bin-1', 'bin-1'],
    ['+/{deviceId}/#', '+/+/#', 'bin-1', undefined],
  ])('%s is subscribed to as %s and finds in %j %s', (template, filter, topic, deviceId) => {
    const made = new TopicTemplate(template);
    expect(made.filter).toBe(filter);
    expect(made.deviceIdOf(topic)).toBe(deviceId);
  });

  it('is read in time that grows with the topic only', () => {
    const hostile = `${'a/'.repeat(30_000)}b`;
    const started = performance.now();
    new TopicTemplate('+/+/+/+/{deviceId}/+/#').deviceIdOf(hostile);
    matcherOf('+/+/+/c')(hostile);
    expect(performance.now() - started).toBeLessThan(100);
  });
});
