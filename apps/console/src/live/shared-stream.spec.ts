import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveState } from './event-stream.ts';
import { SharedStream } from './shared-stream.ts';
import { StreamHub } from './stream-hub.ts';
import { TestSource } from './testing/test-source.ts';

/** One end of a line that is never slow; what is said after it was closed goes nowhere. */
class TestPort {
  onmessage: ((event: MessageEvent) => void) | null = null;
  #other: TestPort | undefined;

  static pair(): [TestPort, TestPort] {
    const pair: [TestPort, TestPort] = [new TestPort(), new TestPort()];
    pair[0].#other = pair[1];
    pair[1].#other = pair[0];
    return pair;
  }

  postMessage(data: unknown): void {
    this.#other?.onmessage?.(new MessageEvent('message', { data }));
  }

  close(): void {
    if (this.#other) this.#other.#other = undefined;
    this.#other = undefined;
  }
}

/** As a browser runs them: one for each name, which it forgets when the test says that it died. */
class TestWorker extends EventTarget {
  static readonly hubs = new Map<string, StreamHub>();
  static readonly made: TestWorker[] = [];
  static isBroken = false;
  static isForbidden = false;
  readonly port: TestPort;

  constructor(_url: string, { name }: { readonly name: string }) {
    super();
    if (TestWorker.isForbidden) throw new DOMException('no storage', 'SecurityError');
    const [mine, its] = TestPort.pair();
    this.port = mine;
    TestWorker.made.push(this);
    if (TestWorker.isBroken) return;
    const hub = TestWorker.hubs.get(name) ?? new StreamHub(name);
    TestWorker.hubs.set(name, hub);
    hub.connect(its);
  }
}

class TestPage {
  readonly heard: string[] = [];
  readonly opened: boolean[] = [];
  state: LiveState | undefined;
  lost = 0;
  readonly stream: SharedStream;

  constructor(accountId = 'anna') {
    this.stream = new SharedStream(accountId, {
      onEvent: ({ data }) => this.heard.push(data['alertId'] as string),
      onOpen: (isWhole) => this.opened.push(isWhole),
      onState: (state) => (this.state = state),
      onLost: () => this.lost++,
    });
    this.stream.open();
  }
}

describe('The event stream that pages share', () => {
  const pages: TestPage[] = [];
  const page = (accountId?: string) => {
    const made = new TestPage(accountId);
    pages.push(made);
    return made;
  };
  const sources = () => TestSource.opened.filter(({ readyState }) => readyState !== 2);
  const raise = (id: string, source = sources()[0]!) =>
    source.say('alert.raised', id, { type: 'alert.raised', at: 'now', data: { alertId: id } });

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('window', globalThis);
    vi.stubGlobal('EventSource', Object.assign(TestSource, { CONNECTING: 0, OPEN: 1, CLOSED: 2 }));
    vi.stubGlobal('SharedWorker', TestWorker);
    vi.stubGlobal('addEventListener', () => undefined);
    vi.stubGlobal('removeEventListener', () => undefined);
    TestSource.opened.length = 0;
    TestWorker.made.length = 0;
    TestWorker.hubs.clear();
    TestWorker.isBroken = false;
    TestWorker.isForbidden = false;
  });
  afterEach(() => {
    for (const { stream } of pages.splice(0)) stream.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is one for all of them, and tells each of them everything', () => {
    const [first, second] = [page(), page()];
    sources()[0]!.say('ready', 'e1');
    raise('e2');
    const late = page();
    raise('e3');

    expect(TestSource.opened).toHaveLength(1);
    expect([first.heard, second.heard, late.heard]).toEqual([['e2', 'e3'], ['e2', 'e3'], ['e3']]);
    expect([first.opened, late.opened]).toEqual([[false], [false]]);
    expect([first.state, late.state]).toEqual(['live', 'live']);
  });

  it('goes on for the others when the page that began it is closed, and ends with the last one', () => {
    const [first, second] = [page(), page()];
    sources()[0]!.say('ready', 'e1');
    first.stream.close();
    raise('e2');
    expect([first.heard, second.heard]).toEqual([[], ['e2']]);
    second.stream.close();
    expect(sources()).toEqual([]);
  });

  it('tells all that it broke, and goes on behind the last event', async () => {
    const [first, second] = [page(), page()];
    sources()[0]!.say('ready', 'e1');
    raise('e2');
    sources()[0]!.fail(true);
    expect([first.state, second.state, first.lost, second.lost]).toEqual(['reconnecting', 'reconnecting', 1, 1]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sources().map(({ url }) => url)).toEqual(['/api/v1/stream?account=anna&after=e2']);
    sources()[0]!.say('ready', 'e2');
    expect([first.opened, second.opened]).toEqual([
      [false, true],
      [false, true],
    ]);
  });

  it('is another one for another account', () => {
    const [anna, bernd] = [page('anna'), page('bernd')];
    expect(sources().map(({ url }) => url)).toEqual(['/api/v1/stream?account=anna', '/api/v1/stream?account=bernd']);
    for (const source of sources()) source.say('ready', 'e1');
    raise('e2', sources()[1]);
    expect([anna.heard, bernd.heard]).toEqual([[], ['e2']]);
  });

  it.each([
    ['there are no shared workers', () => Reflect.deleteProperty(globalThis, 'SharedWorker')],
    ['they are forbidden', () => (TestWorker.isForbidden = true)],
    ['the worker does not answer', () => (TestWorker.isBroken = true)],
  ])("is the page's own where %s", async (_why, prepare) => {
    prepare();
    const alone = page();
    await vi.advanceTimersByTimeAsync(20_000);
    sources()[0]!.say('ready', 'e1');
    raise('e2');
    expect([alone.heard, alone.state]).toEqual([['e2'], 'live']);
  });

  it("is each page's own where the worker cannot be loaded", () => {
    TestWorker.isBroken = true;
    const alone = page();
    TestWorker.made[0]!.dispatchEvent(new Event('error'));
    expect(sources()).toHaveLength(1);
    sources()[0]!.say('ready', 'e1');
    expect(alone.state).toBe('live');
  });

  it('goes on behind the last event in each page where the worker has died', async () => {
    const [first, second] = [page(), page()];
    sources()[0]!.say('ready', 'e1');
    raise('e2');
    for (const { port } of TestWorker.made) port.close();
    sources()[0]!.close();
    await vi.advanceTimersByTimeAsync(60_000);

    expect(sources().map(({ url }) => url)).toEqual(Array(2).fill('/api/v1/stream?account=anna&after=e2'));
    for (const source of sources()) source.say('ready', 'e2');
    for (const source of sources()) raise('e3', source);
    expect([first.heard, second.heard, second.opened]).toEqual([
      ['e2', 'e3'],
      ['e2', 'e3'],
      [false, true],
    ]);
  });

  it('is not given up by a page because the server is away for long', async () => {
    const only = page();
    sources()[0]!.say('ready', 'e1');
    // The browser tries again by itself, and says nothing of it.
    sources()[0]!.fail(false);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(TestSource.opened).toHaveLength(1);
    expect(only.state).toBe('reconnecting');
  });
});
