import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventStream, type LiveEvent, type LiveState } from './event-stream.ts';
import { TestSource } from './testing/test-source.ts';

describe('The event stream', () => {
  const heard: LiveEvent[] = [];
  const states: LiveState[] = [];
  const opened: boolean[] = [];
  let lost = 0;
  let stream: EventStream;
  const source = () => TestSource.opened.at(-1)!;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('EventSource', Object.assign(TestSource, { CONNECTING: 0, OPEN: 1, CLOSED: 2 }));
    for (const list of [heard, states, opened, TestSource.opened]) list.length = 0;
    lost = 0;
    stream = new EventStream('anna', {
      onEvent: (event) => heard.push(event),
      onOpen: (isWhole) => opened.push(isWhole),
      onState: (state) => states.push(state),
      onLost: () => lost++,
    });
    stream.open();
  });
  afterEach(() => {
    stream.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('begins now, and tells what happens', () => {
    source().say('ready', 'e1');
    source().say('alert.raised', 'e2', { type: 'alert.raised', at: 'now', data: { alertId: 'a' } });

    expect(source().url).toBe('/api/v1/stream?account=anna');
    expect(opened).toEqual([false]);
    expect(heard).toEqual([{ type: 'alert.raised', at: 'now', data: { alertId: 'a' } }]);
    expect(states.at(-1)).toBe('live');
  });

  it('goes on behind the last event after a break, so that nothing is missing', async () => {
    source().say('ready', 'e1');
    source().say('job.changed', 'e5', { type: 'job.changed', at: 'now', data: {} });
    source().fail(true);
    expect([states.at(-1), lost]).toEqual(['reconnecting', 1]);
    await vi.advanceTimersByTimeAsync(3_000);

    expect(source().url).toBe('/api/v1/stream?account=anna&after=e5');
    source().say('ready', 'e5');
    expect(opened).toEqual([false, true]);
    expect(states.at(-1)).toBe('live');
  });

  it('begins anew where the server does not know that event any more, and says that it is not whole', async () => {
    source().say('ready', 'e1');
    source().fail(true);
    await vi.advanceTimersByTimeAsync(3_000);
    source().fail(true);
    await vi.advanceTimersByTimeAsync(3_000);

    expect(source().url).toBe('/api/v1/stream?account=anna');
    source().say('ready', 'e9');
    expect(opened).toEqual([false, false]);
  });

  it('leaves it to the browser to come back after a mere break', async () => {
    source().say('ready', 'e1');
    source().fail(false);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(TestSource.opened).toHaveLength(1);
  });

  it('notices that a connection has gone quiet, which the browser does not', async () => {
    source().say('ready', 'e1');
    await vi.advanceTimersByTimeAsync(30_000);
    source().say('beat', 'e1');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(states.at(-1)).toBe('live');

    await vi.advanceTimersByTimeAsync(16_000);
    expect(states).toContain('stalled');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(TestSource.opened).toHaveLength(2);
    expect(source().url).toBe('/api/v1/stream?account=anna&after=e1');
  });

  it('is silent once it is closed, also where it was about to come back', async () => {
    source().say('ready', 'e1');
    stream.close();
    expect([source().readyState, vi.getTimerCount()]).toEqual([2, 0]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(TestSource.opened).toHaveLength(1);
    expect(states.at(-1)).toBe('live');

    stream.open();
    source().fail(true);
    stream.close();
    await vi.advanceTimersByTimeAsync(120_000);
    expect([TestSource.opened.length, vi.getTimerCount()]).toEqual([2, 0]);
  });
});
