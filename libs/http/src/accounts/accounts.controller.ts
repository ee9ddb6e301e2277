import { Controller, Delete, Get, Headers, Inject, Patch, Post, Res } from '@nestjs/common';
import {
  type Account,
  type AccountRefusal,
  AccountStore,
  type RoleAssignment,
  SessionStore,
} from '@stadtfunk/accounts';
import { Clock } from '@stadtfunk/kernel';
import { MaintenanceStore } from '@stadtfunk/maintenance';
import type { FastifyReply } from 'fastify';
import { Needs } from '../access/needs.ts';
import { SignIn } from '../access/sign-in.ts';
import { HttpSettings } from '../http-options.ts';
import { versionOfEtag } from '../jobs/job-mapping.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found, Problem } from '../problem.ts';
import { isoOf, isoOrNull, toPage } from '../schemas.ts';
import {
  changeAccount,
  createPasswordLink,
  endSessionsOf,
  inviteAccount,
  listAccounts,
  showAccount,
} from './account.schema.ts';

@Controller('api/v1/accounts')
export class AccountsController {
  constructor(
    @Inject(AccountStore) private readonly accounts: AccountStore,
    @Inject(SessionStore) private readonly sessions: SessionStore,
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get()
  @Needs('accounts.manage', 'everywhere')
  @Operation(listAccounts)
  async list(@Input() { query }: InputOf<typeof listAccounts>): Promise<AnswerOf<typeof listAccounts>> {
    return toPage(await this.accounts.list(query), toAccountBody);
  }

  @Get(':accountId')
  @Needs('accounts.manage', 'everywhere')
  @Operation(showAccount)
  async show(
    @Input() { params: { accountId } }: InputOf<typeof showAccount>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<typeof showAccount>> {
    const account = await this.#find(accountId);
    void reply.header('etag', `"${account.version}"`);
    return toAccountBody(account);
  }

  @Post()
  @Needs('accounts.manage', 'everywhere')
  @Operation(inviteAccount)
  async invite(@Input() { body }: InputOf<typeof inviteAccount>): Promise<AnswerOf<typeof inviteAccount>> {
    await this.#checkDepartments(body.roles);
    const account = await this.accounts.create({ ...body, source: 'local', at: this.clock.now() });
    if (account === 'account.exists') {
      throw new Problem(409, account, `there is an account '${body.name}' already`);
    }
    return { account: toAccountBody(account), link: await this.#link(account.accountId) };
  }

  @Patch(':accountId')
  @Needs('accounts.manage', 'everywhere')
  @Operation(changeAccount)
  async change(
    @Input() { params: { accountId }, body }: InputOf<typeof changeAccount>,
    @Headers('if-match') match?: string,
  ): Promise<AnswerOf<typeof changeAccount>> {
    if (body.roles) await this.#checkDepartments(body.roles);
    const version = versionOfEtag(match);
    const outcome = await this.accounts.change({ accountId, ...body, ...(version !== undefined && { version }) });
    if ('code' in outcome) throw await this.#refused(accountId, outcome);
    return toAccountBody(outcome);
  }

  @Post(':accountId/link')
  @Needs('accounts.manage', 'everywhere')
  @Operation(createPasswordLink)
  async link(
    @Input() { params: { accountId } }: InputOf<typeof createPasswordLink>,
  ): Promise<AnswerOf<typeof createPasswordLink>> {
    const { source, state } = await this.#find(accountId);
    if (source !== 'local') throw new Problem(409, 'password.notHere', 'the identity provider keeps this password');
    if (state === 'locked') throw new Problem(409, 'account.locked', 'unlock the account first');
    return this.#link(accountId);
  }

  @Delete(':accountId/sessions')
  @Needs('accounts.manage', 'everywhere')
  @Operation(endSessionsOf)
  async endSessions(
    @Input() { params: { accountId } }: InputOf<typeof endSessionsOf>,
  ): Promise<AnswerOf<typeof endSessionsOf>> {
    await this.#find(accountId);
    return { ended: await this.sessions.endAll(accountId, null) };
  }

  async #find(accountId: string): Promise<Account> {
    return found(await this.accounts.find(accountId), 'account', accountId);
  }

  async #link(accountId: string) {
    const { passwordLinkMs } = this.settings.limits;
    const { code, expiresAt } = await this.signIn.issueCode('setPassword', accountId, passwordLinkMs);
    return { path: `/set-password#code=${code}`, expiresAt: isoOf(expiresAt) };
  }

  async #refused(accountId: string, { code, detail }: AccountRefusal): Promise<Problem> {
    if (code === 'account.unknown') return new Problem(404, code, detail);
    const account = await this.accounts.find(accountId);
    return new Problem(409, code, detail, account ? { account: toAccountBody(account) } : {});
  }

  async #checkDepartments(roles: readonly RoleAssignment[]): Promise<void> {
    const known = (await this.maintenance.listDepartments()).map(({ departmentId }) => departmentId);
    const strange = roles.flatMap(({ departments }) => departments).find((each) => !known.includes(each));
    if (strange === undefined) return;
    throw new Problem(422, 'department.unknown', `there is no department '${strange}'; there are ${known.join(', ')}`);
  }
}

function toAccountBody({ roles, createdAt, lastSignInAt, ...account }: Account) {
  return {
    ...account,
    roles: roles.map(({ role, departments }) => ({ role, departments: [...departments] })),
    createdAt: isoOf(createdAt),
    lastSignInAt: isoOrNull(lastSignInAt),
  };
}
