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

  give(reply: FastifyReply, pending: PendingSignIn): void {
    const until = this.clock.now() + PENDING_MS;
    this.#setCookie(reply, this.#sealed.seal(JSON.stringify({ ...pending, until })), PENDING_MS);
  }

  /** For one use; undefined: there is none, it is forged, or too old. */
  take(request: FastifyRequest, reply: FastifyReply): PendingSignIn | undefined {
    this.#setCookie(reply, '', 0);
    const text = this.#sealed.unseal(request.cookies[this.#cookie] ?? '');
    if (text === undefined) return undefined;
    const { until, ...pending } = JSON.parse(text) as PendingSignIn & { readonly until: number };
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
