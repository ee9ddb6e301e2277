import { Inject, Injectable } from '@nestjs/common';
import { Clock, DAY_MS } from '@stadtfunk/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpSettings } from '../http-options.ts';
import { newKey } from './fingerprint.ts';
import { Sealed } from './sealed.ts';

/** So long after somebody has signed in on it last a browser counts as his. */
const KNOWN_MS = 180 * DAY_MS;
/** People who share a browser, as in a depot; who signed in longest ago gives way. It has to fit into a cookie. */
const MOST_ACCOUNTS = 20;

/** A browser on which somebody has signed in before. */
export interface KnownDevice {
  readonly deviceId: string;
  /** Those who have, as ids of accounts, with when last, UTC ms. */
  readonly accounts: Readonly<Record<string, number>>;
}

/** Whoever tries to sign in. */
export interface Visitor {
  readonly address: string;
  /** undefined: nobody has ever signed in there. */
  readonly device: KnownDevice | undefined;
}

/**
 * Browsers on which people have signed in, told by a sealed cookie, which opens nothing: who has it is only not made to wait for the
 * failures of others behind the same address (OWASP, device cookies).
 */
@Injectable()
export class KnownDevices {
  readonly #sealed: Sealed;

  constructor(
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Clock) private readonly clock: Clock,
  ) {
    this.#sealed = new Sealed(settings.sessionSecret, 'device on which somebody has signed in');
  }

  visitorOf(request: FastifyRequest): Visitor {
    return { address: request.ip, device: this.#deviceOf(request) };
  }

  /** Somebody has signed in. */
  note(request: FastifyRequest, reply: FastifyReply, accountId: string): void {
    const { deviceId = newKey(), accounts = {} } = this.#deviceOf(request) ?? {};
    const others = Object.entries(accounts).filter(([other]) => other !== accountId);
    const latest = others.sort(([, a], [, b]) => b - a).slice(0, MOST_ACCOUNTS - 1);
    const device: KnownDevice = {
      deviceId,
      accounts: Object.fromEntries([[accountId, this.clock.now()], ...latest]),
    };
    const { secureCookies: secure } = this.settings;
    const maxAge = KNOWN_MS / 1000;
    // Not `strict`: whoever comes back from the identity provider comes from another site.
    const options = { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge } as const;
    void reply.setCookie(this.#cookie, this.#sealed.seal(JSON.stringify(device)), options);
  }

  #deviceOf(request: FastifyRequest): KnownDevice | undefined {
    const text = this.#sealed.unseal(request.cookies[this.#cookie] ?? '');
    if (text === undefined) return undefined;
    const { deviceId, accounts } = JSON.parse(text) as KnownDevice;
    const since = this.clock.now() - KNOWN_MS;
    const recent = Object.entries(accounts).filter(([, at]) => at > since);
    return recent.length === 0 ? undefined : { deviceId, accounts: Object.fromEntries(recent) };
  }

  get #cookie(): string {
    return `${this.settings.secureCookies ? '__Host-' : ''}stadtfunk_device`;
  }
}
