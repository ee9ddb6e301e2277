import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { IdentityProvider } from '@stadtfunk/accounts';
import { Fault, messageOf } from '@stadtfunk/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpLog } from '../http-options.ts';
import { Input, type InputOf, operation, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { KnownDevices } from './known-devices.ts';
import { Open } from './needs.ts';
import { NoIdentityProvider } from './no-identity-provider.ts';
import { PendingSignIns } from './pending-sign-ins.ts';
import { SessionOpener } from './session-opener.ts';
import { SignIn } from './sign-in.ts';
import { VouchedAccounts } from './vouched-accounts.ts';

const beginOidc = operation({
  summary: 'Sends the browser to the identity provider of the city',
  tag: 'session',
  access: 'anyone',
  query: z.strictObject({
    to: z.string().max(2_000).exactOptional().describe('path of the page to go to then; absent: the first one'),
  }),
  answer: { status: 302, schema: null },
  problems: { 404: 'there is no identity provider' },
});

const finishOidc = operation({
  summary: 'Where the identity provider sends the browser back to',
  tag: 'session',
  access: 'anyone',
  answer: { status: 302, schema: null },
  problems: { 404: 'there is no identity provider' },
});

/** Sign-in by the city's identity provider: there and back again. Whatever goes wrong leads to the sign-in page, with a code. */
@Controller('api/v1/oidc')
export class OidcController {
  constructor(
    @Inject(IdentityProvider) private readonly provider: IdentityProvider,
    @Inject(PendingSignIns) private readonly pending: PendingSignIns,
    @Inject(VouchedAccounts) private readonly accounts: VouchedAccounts,
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(SessionOpener) private readonly opener: SessionOpener,
    @Inject(KnownDevices) private readonly devices: KnownDevices,
    @Inject(HttpLog) private readonly log: HttpLog,
  ) {}

  @Get('start')
  @Open()
  @Operation(beginOidc)
  async start(@Input() { query }: InputOf<typeof beginOidc>, @Res() reply: FastifyReply): Promise<void> {
    this.#requireProvider();
    try {
      const { url, pending } = await this.provider.begin();
      this.pending.give(reply, pending, query.to ?? '/');
      await reply.redirect(url, 302);
    } catch (thrown) {
      await this.#back(reply, this.#codeOf(thrown));
    }
  }

  @Get('callback')
  @Open()
  @Operation(finishOidc)
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.#requireProvider();
    const pending = this.pending.take(request, reply);
    if (!pending) return this.#back(reply, 'oidc.stateMismatch');
    try {
      await this.signIn.admit(this.devices.visitorOf(request));
      const finished = await this.provider.finish(new URL(request.url, 'http://callback'), pending);
      if (!finished.ok) {
        this.log.warn({ code: finished.error.code, reason: finished.error.detail }, 'a sign-in was refused');
        await this.signIn.noteFailure(this.devices.visitorOf(request));
        return await this.#back(reply, finished.error.code);
      }
      const { person, renewal } = finished.value;
      const account = await this.accounts.admit(person);
      if ('code' in account) {
        await this.opener.note(request, account.account, { code: account.code });
        return await this.#back(reply, account.code);
      }
      await this.signIn.noteSignIn(account.accountId, request.ip);
      await this.opener.open(request, reply, { account, method: 'oidc', renewal }, { roles: account.roles });
      await reply.redirect(pending.to, 302);
    } catch (thrown) {
      await this.#back(reply, this.#codeOf(thrown));
    }
  }

  #codeOf(thrown: unknown): string {
    if (thrown instanceof Problem) return thrown.code;
    this.log.error({ reason: messageOf(thrown) }, 'a sign-in failed');
    return thrown instanceof Fault && thrown.retryable ? 'identityProvider.unavailable' : 'server.fault';
  }

  async #back(reply: FastifyReply, code: string): Promise<void> {
    await reply.redirect(`/sign-in?problem=${encodeURIComponent(code)}`, 302);
  }

  #requireProvider(): void {
    if (!(this.provider instanceof NoIdentityProvider)) return;
    throw new Problem(404, 'identityProvider.none', 'there is no identity provider here');
  }
}
