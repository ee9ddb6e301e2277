import { eventually } from '@stadtfunk/kernel/testing';
import type { DomainEvent } from '@stadtfunk/maintenance';
import { afterEach, describe, expect, it } from 'vitest';
import { anAlert } from '../testing/city.ts';
import { MemoryMaintenanceStore } from '../testing/memory-maintenance-store.ts';
import { EventHub, type EventListener } from './event-hub.ts';

const LIMITS = { streamClients: 10, streamPollMs: 10, streamHeartbeatMs: 1000, streamStallMs: 60 };
const NO_LOG = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

class Listener implements EventListener {
  readonly taken: string[] = [];
  ready = true;
  closed: string | undefined;

  isReady() {
    return this.ready;
  }
  departmentsFor() {
    return null;
  }
  send(events: readonly DomainEvent[]) {
    this.taken.push(...events.map(({ cursor }) => cursor));
  }
  beat() {}
  close(reason: string) {
    this.closed = reason;
  }
}

describe('The event hub', () => {
  const store = new MemoryMaintenanceStore();
  const hub = new EventHub(store, LIMITS, NO_LOG);
  afterEach(() => hub.close());

  it('gives nothing to a listener that does not take it, closes it in the end, and serves the others', async () => {
    const slow = new Listener();
    const quick = new Listener();
    slow.ready = false;
    hub.subscribe(slow, null);
    hub.subscribe(quick, null);
    store.putAlert(anAlert('a'), 'alert.raised');
    await eventually('delivery', () => quick.taken.length === 1);

    await eventually('the end of the slow one', () => slow.closed === 'stalled');

    expect(slow.taken).toEqual([]);
    expect(quick.closed).toBeUndefined();
    expect(hub.size).toBe(1);
  });
});
