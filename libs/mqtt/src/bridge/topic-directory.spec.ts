import type { BoundDevice, Lifecycle } from '@stadtfunk/devices';
import { describe, expect, it } from 'vitest';
import { TopicDirectory } from './topic-directory.ts';

function device(deviceId: string, uplinkTopic: string | null, lifecycle: Lifecycle = 'active'): BoundDevice {
  const unknown = { imei: null, iccid: null, reportingIntervalMs: null };
  return { asset: null, device: { deviceId, model: 'stadtfunk-json', lifecycle, uplinkTopic, ...unknown } };
}

describe('a topic directory', () => {
  it('knows who publishes where, and tells when that changes, and only then', () => {
    const directory = new TopicDirectory();
    let changes = 0;
    directory.onTopicsChanged(() => (changes += 1));
    directory.put(device('a', null));
    expect(changes).toBe(0);
    directory.put(device('a', 'own/{deviceId}'));
    directory.put(device('a', 'own/{deviceId}'));
    expect(changes).toBe(1);
    expect(directory.devicesAt('own/a')).toEqual(['a']);
    directory.put(device('a', 'other'));
    expect([...directory.ownTopics()]).toEqual(['other']);
    directory.remove('a');
    expect([...directory.ownTopics()]).toEqual([]);
    expect(directory.find('a')).toBeUndefined();
    expect(changes).toBe(3);
  });

  it('lets a successor take over the topic of a retired device', () => {
    const directory = new TopicDirectory();
    directory.put(device('old', 'sensor/1'));
    directory.put(device('new', 'sensor/1', 'planned'));
    expect(directory.devicesAt('sensor/1')).toEqual(['old']);
    directory.put(device('new', 'sensor/1'));
    expect(directory.devicesAt('sensor/1')).toEqual(['old', 'new']);
    directory.put(device('old', 'sensor/1', 'retired'));
    expect(directory.devicesAt('sensor/1')).toEqual(['new']);
  });
});
