import { Inject, Injectable } from '@nestjs/common';
import { type Account, AuditLog, type SignInMethod } from '@stadtfunk/accounts';
import { Clock } from '@stadtfunk/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { draftOf } from '../audit/audit-draft.ts';
import { HttpSettings } from '../http-options.ts';
import { KnownDevices } from './known-devices.ts';
import { Sessions } from './sessions.ts';

/** Somebody of whom it is known who he is. `account` null: whoever has the API token. */
export interface Arrival {
  readonly account: Account | null;
  readonly method: SignInMethod;
  /** With which the identity provider can be asked again; null: it cannot. */
  readonly renewal?: string | null;
}

/** What is written down of it beside who it was. */
interface Note {
  /** Why it was refused; null: it was not. */
  readonly code: string | null;
  readonly after?: unknown;
}

/** Opens and ends sessions, and writes down who came, who went, and who was refused. */
@Injectable()
export class SessionOpener {
  constructor(
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(KnownDevices) private readonly devices: KnownDevices,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  async open(request: FastifyRequest, reply: FastifyReply, { account, ...arrival }: Arrival, after?: unknown) {
    const opened = await this.sessions.open(request, reply, { account, ...arrival });
    if (account) this.devices.note(request, reply, account.accountId);
    await this.note(request, account, { code: null, after });
    return opened;
  }

  async end(request: FastifyRequest, reply: FastifyReply, account: Account | null): Promise<void> {
    await this.sessions.end(request, reply);
    await this.note(request, account, { code: null });
  }

  /** @param account null: whoever has the API token; undefined: nobody who is known */
  async note(request: FastifyRequest, account: Account | null | undefined, { code, after }: Note): Promise<void> {
    const draft = draftOf(request, undefined, null, this.settings.keepAddresses, this.clock.now());
    await this.audit.record({
      ...draft,
      ...(account === undefined
        ? { accountId: null, actor: '-', way: 'none', thing: null }
        : {
            ...{ accountId: account?.accountId ?? null, actor: account?.name ?? 'admin', way: 'session' },
            thing: account && { kind: 'account', id: account.accountId },
          }),
      ...{ asked: null, outcome: code === null ? 'done' : 'refused', code, before: null, after: after ?? null },
    });
  }
}
