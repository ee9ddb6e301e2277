import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Session {
  readonly sessionId: string;
  readonly actor: string;
  /** UTC ms. */
  readonly expiresAt: number;
}

/** Sessions that the browser keeps: signed, not encrypted. Those signed out are remembered until they expire. */
export class SessionSigner {
  readonly #ended = new Map<string, number>();

  constructor(private readonly secret: string | Uint8Array) {
    if (Buffer.byteLength(secret) < 32) throw new Error('the session secret needs 32 bytes or more');
  }

  open(actor: string, expiresAt: number): string {
    const session: Session = { sessionId: randomBytes(12).toString('base64url'), actor, expiresAt };
    const content = Buffer.from(JSON.stringify(session)).toString('base64url');
    return `${content}.${this.#signature(content)}`;
  }

  /** The session of a cookie; undefined if it is forged, expired or signed out. */
  read(cookie: string, now: number): Session | undefined {
    const [content, signature, ...rest] = cookie.split('.');
    if (!content || !signature || rest.length > 0) return undefined;
    const expected = Buffer.from(this.#signature(content));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const session = JSON.parse(Buffer.from(content, 'base64url').toString()) as Session;
    return session.expiresAt > now && !this.#ended.has(session.sessionId) ? session : undefined;
  }

  end(session: Session, now: number): void {
    for (const [sessionId, expiresAt] of this.#ended) if (expiresAt <= now) this.#ended.delete(sessionId);
    this.#ended.set(session.sessionId, session.expiresAt);
  }

  #signature(content: string): string {
    return createHmac('sha256', this.secret).update(content).digest('base64url');
  }
}
