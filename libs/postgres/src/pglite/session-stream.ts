import { Duplex } from 'node:stream';

/** What `pg` takes for a socket: the bytes of one session, to and from the thread that PGlite runs in. */
export class SessionStream extends Duplex {
  constructor(private readonly post: (bytes: Uint8Array<ArrayBuffer> | null) => void) {
    super();
  }

  /** Called by `pg` with a port and a host that mean nothing here. */
  connect(): void {
    queueMicrotask(() => this.emit('connect'));
  }

  setNoDelay(): void {}
  setKeepAlive(): void {}
  ref(): void {}
  unref(): void {}

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // A copy: small buffers of Node share their memory with others, and memory that is handed over is gone.
    this.post(new Uint8Array(chunk));
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    const bytes = new Uint8Array(chunks.reduce((total, { chunk }) => total + chunk.length, 0));
    let at = 0;
    for (const { chunk } of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    this.post(bytes);
    done();
  }

  override _final(done: () => void): void {
    this.post(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.writableFinished) this.post(null);
    done(error);
  }
}
