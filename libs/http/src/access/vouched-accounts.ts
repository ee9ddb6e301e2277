import { Inject, Injectable } from '@nestjs/common';
import {
  type Account,
  AccountStore,
  type AuditDraft,
  AuditLog,
  proposedName,
  rolesOfGroups,
  type VouchedPerson,
} from '@stadtfunk/accounts';
import { Clock, Fault } from '@stadtfunk/kernel';
import { HttpSettings } from '../http-options.ts';

/** Names that are tried for somebody whose own is taken. */
const MOST_NAMES = 20;

/** Why somebody for whom the identity provider vouches does not come in; his account, where he has one. */
export interface NotAdmitted {
  readonly code: 'account.noRole' | 'account.locked';
  readonly account: Account | undefined;
}

/** The accounts of those for whom the identity provider vouches: they are what it says, each time that it says it. */
@Injectable()
export class VouchedAccounts {
  constructor(
    @Inject(AccountStore) private readonly accounts: AccountStore,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** The account of a person, with the roles that his groups give him now; or why he does not come in. */
  async admit(person: VouchedPerson): Promise<Account | NotAdmitted> {
    const roles = rolesOfGroups(person.groups, this.settings.groupRoles);
    const known = await this.accounts.findByIdentity(person);
    if (!known && roles.length === 0) return { code: 'account.noRole', account: undefined };
    const account = known ? await this.#take(known, person, roles) : await this.#create(person, roles);
    if (roles.length === 0) return { code: 'account.noRole', account };
    return account.state === 'locked' ? { code: 'account.locked', account } : account;
  }

  /** What the provider says of somebody who is known; also of the last administrator, whom only people keep. */
  async #take(account: Account, { displayName, email }: VouchedPerson, roles: Account['roles']): Promise<Account> {
    const said = { roles, displayName, email };
    if (isSame(account, said)) return account;
    const { accountId } = account;
    const change = () => this.accounts.change({ accountId, ...said, isVouched: true });
    const changed = await this.audit.during(this.#draft(account), change, () => ({ thing: null, after: said }));
    return 'code' in changed ? account : changed;
  }

  /** Under a name of its own: an account that is here already is somebody else's, whatever it is called. */
  async #create({ issuer, subject, name, displayName, email }: VouchedPerson, roles: Account['roles']) {
    const identity = { issuer, subject };
    const given = { displayName, email, roles, source: 'oidc', identity, at: this.clock.now() } as const;
    const proposed = proposedName(name);
    for (let nth = 1; nth <= MOST_NAMES; nth++) {
      const created = await this.accounts.create({
        name: nth === 1 ? proposed : `${proposed.slice(0, 60)}-${nth}`,
        ...given,
      });
      if (created !== 'account.exists') return created;
      const twin = await this.accounts.findByIdentity(identity);
      if (twin) return twin;
    }
    throw new Fault('account.exists', `no free name like '${proposed}'`, false);
  }

  #draft({ accountId, name }: Account): AuditDraft {
    return {
      ...{ at: this.clock.now(), accountId, actor: name, way: 'session', address: null, permission: null },
      ...{ action: 'identity provider', thing: { kind: 'account', id: accountId }, asked: null, requestId: null },
    };
  }
}

function isSame(account: Account, said: Pick<Account, 'roles' | 'displayName' | 'email'>): boolean {
  const { roles, displayName, email } = account;
  return JSON.stringify({ roles, displayName, email }) === JSON.stringify(said);
}
