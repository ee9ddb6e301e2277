/** A browser's event source whose server is the test. */
export class TestSource extends EventTarget {
  static readonly opened: TestSource[] = [];
  readonly url: string;
  readyState = 0;

  constructor(url: string) {
    super();
    this.url = url;
    TestSource.opened.push(this);
  }

  close(): void {
    this.readyState = 2;
  }

  say(type: string, id: string, data: object = {}): void {
    this.readyState = 1;
    this.dispatchEvent(new MessageEvent(type, { lastEventId: id, data: JSON.stringify(data) }));
  }

  /** `final`: an answer that is no stream, after which a browser gives up. */
  fail(isFinal: boolean): void {
    this.readyState = isFinal ? 2 : 0;
    this.dispatchEvent(new Event('error'));
  }
}
