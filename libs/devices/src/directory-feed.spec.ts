import { describe, expect, it } from 'vitest';
import { MemoryDeviceDirectory } from './device-directory.ts';
import type { DeviceRegistry, DirectoryChanges } from './device-registry.ts';
import { DirectoryFeed } from './directory-feed.ts';

const entry = (deviceId: string) => ({
  device: {
    deviceId,
    model: 'stadtfunk-json',
    lifecycle: 'active' as const,
    imei: null,
    iccid: null,
    uplinkTopic: null,
    reportingIntervalMs: null,
  },
  asset: null,
});

/** Answers when told to, with what is in it at that time. */
class SlowRegistry {
  readonly asked: number[] = [];
  readonly #answers: ((changes: DirectoryChanges) => void)[] = [];

  changesSince(revision: number): Promise<DirectoryChanges> {
    this.asked.push(revision);
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  async answer(revision: number, ...deviceIds: string[]): Promise<void> {
    this.#answers.shift()!({ revision, devices: deviceIds.map(entry) });
    await new Promise(setImmediate);
  }
}

describe('DirectoryFeed', () => {
  it('asks for what is new since the last look', async () => {
    const registry = new SlowRegistry();
    const directory = new MemoryDeviceDirectory();
    const feed = new DirectoryFeed(registry as unknown as DeviceRegistry, directory);
    const first = feed.refresh();
    await registry.answer(7, 'a');
    await first;
    expect(directory.find('a')).toBeDefined();
    const second = feed.refresh();
    await registry.answer(8, 'b');
    await second;
    expect(registry.asked).toEqual([0, 7]);
    expect(directory.size).toBe(2);
  });

  it('lets those who ask during a look wait for one that begins after they asked, and share it', async () => {
    const registry = new SlowRegistry();
    const directory = new MemoryDeviceDirectory();
    const feed = new DirectoryFeed(registry as unknown as DeviceRegistry, directory);
    const running = feed.refresh();
    const later = [feed.refresh(), feed.refresh()];
    await registry.answer(1, 'a');
    await running;
    expect(registry.asked).toEqual([0, 1]);
    await registry.answer(2, 'b');
    await Promise.all(later);
    expect(directory.find('b')).toBeDefined();
  });
});
