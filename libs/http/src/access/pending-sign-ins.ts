import { Inject, Injectable } from '@nestjs/common';
import type { PendingSignIn } from '@stadtfunk/accounts';
import { Clock } from '@stadtfunk/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpSettings } from '../http-options.ts';
import { Sealed } from './sealed.ts';

/** So long somebody may take to sign in at the provider. */
const PENDING_MS = 15 * 60_000;

/** What was asked of the identity provider, kept by the browser that went there, which cannot read it. */
@Injectable()
export class PendingSignIns {
  readonly #sealed: Sealed;

  constructor(
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Clock) private readonly clock: Clock,
  ) {
    this.#sealed = new Sealed(settings.sessionSecret, 'pending sign-in');
  }

  /** @param to the page of ours to go to then */
  give(reply: FastifyReply, pending: PendingSignIn, to: string): void {
    const until = this.clock.now() + PENDING_MS;
    this.#setCookie(reply, this.#sealed.seal(JSON.stringify({ ...pending, to: ownPage(to), until })), PENDING_MS);
  }

  /** For one use; undefined: there is none, it is forged, or too old. */
  take(request: FastifyRequest, reply: FastifyReply): (PendingSignIn & { readonly to: string }) | undefined {
    this.#setCookie(reply, '', 0);
    const text = this.#sealed.unseal(request.cookies[this.#cookie] ?? '');
    if (text === undefined) return undefined;
    const { until, ...pending } = JSON.parse(text) as PendingSignIn & { readonly to: string; readonly until: number };
    return until > this.clock.now() ? pending : undefined;
  }

  get #cookie(): string {
    return `${this.settings.secureCookies ? '__Host-' : ''}stadtfunk_pending`;
  }

  /** Not `strict`: the browser comes back from another site. */
  #setCookie(reply: FastifyReply, value: string, maxAgeMs: number): void {
    const { secureCookies: secure } = this.settings;
    const maxAge = Math.floor(maxAgeMs / 1000);
    void reply.setCookie(this.#cookie, value, { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge });
  }
}

const HERE = 'http://here';

/** A page of this server, whatever was asked for: a link that somebody sent leads nowhere else. */
function ownPage(to: string): string {
  if (!to.startsWith('/') || !URL.canParse(to, HERE)) return '/';
  const { origin, pathname, search } = new URL(to, HERE);
  return origin === HERE && !pathname.startsWith('//') ? pathname + search : '/';
}
