import {
  type Account,
  type AccountCredentials,
  accountNameOf,
  AccountStore,
  type BackOff,
  type CodePurpose,
  OneTimeCodes,
  PasswordKeeper,
  SignInAttempts,
  waitMs,
} from '@stadtfunk/accounts';
import { Inject, Injectable } from '@nestjs/common';
import { Clock, DAY_MS, FairQueue } from '@stadtfunk/kernel';
import { HttpSettings } from '../http-options.ts';
import { Problem } from '../problem.ts';
import { tooManyFailures } from './access.guard.ts';
import { networkOf } from './attempt-limiter.ts';
import { Fingerprints, newKey } from './fingerprint.ts';
import type { KnownDevice, Visitor } from './known-devices.ts';

/**
 * Whoever tries one name from many addresses waits longer and longer, a minute at the most: long enough against guessing, and a
 * stranger cannot shut somebody out. Where the person has signed in before, only failures from there count.
 */
const OF_A_NAME: BackOff = { free: 5, firstWaitMs: 1_000, mostWaitMs: 60_000, forgetMs: 3_600_000 };

/** Of people who have signed in from an address in this time, each adds as many failures as an address may have, up to so many. */
const RECENT_MS = 30 * DAY_MS;
const MOST_SHARES = 10;

/** As many as the keeper of passwords has waiting. Of more, those go of whose address there are most. */
const MOST_WAITING = 40;

interface Trial {
  readonly known: AccountCredentials | undefined;
  /** Keys of failures, the one that a success forgets first. */
  readonly counted: readonly [
    readonly [key: string, backOff: BackOff],
    ...(readonly [key: string, backOff: BackOff])[],
  ];
  /**
   * With whom he waits for his turn: on a browser of his he waits for no others of his address. Not by his name: how long somebody
   * waits must not tell which names there are.
   */
  readonly lane: string;
}

/** For whoever asked it is the same whether there is such an account; the audit log may know. */
export class SignInRefused extends Problem {
  constructor(readonly account: Account | undefined) {
    super(401, 'access.denied', 'the name or the password is wrong');
  }
}

/** Passwords and codes, and how fast they may be tried. */
@Injectable()
export class SignIn {
  readonly #ofAnAddress: BackOff;
  /** Passwords are checked one after the other anyway. A burst of guesses finds what the first of them have cost. */
  readonly #turns = new FairQueue(1, MOST_WAITING);

  constructor(
    @Inject(AccountStore) private readonly accounts: AccountStore,
    @Inject(OneTimeCodes) private readonly codes: OneTimeCodes,
    @Inject(SignInAttempts) private readonly attempts: SignInAttempts,
    @Inject(PasswordKeeper) private readonly passwords: PasswordKeeper,
    @Inject(Fingerprints) private readonly fingerprints: Fingerprints,
    @Inject(HttpSettings) settings: HttpSettings,
    @Inject(Clock) private readonly clock: Clock,
  ) {
    const { failedLogins: free, failedLoginWindowMs: windowMs } = settings.limits;
    this.#ofAnAddress = { free, firstWaitMs: windowMs, mostWaitMs: windowMs, forgetMs: windowMs };
  }

  /** Problems: 429 for whoever has failed too often. */
  async admit({ address, device }: Visitor): Promise<void> {
    if ((await this.#goodDevice(device, '')) === undefined) await this.#admitAddress(address);
  }

  async noteFailure(visitor: Visitor): Promise<void> {
    const key = (await this.#goodDevice(visitor.device, '')) ?? this.#addressKey(visitor.address);
    await this.#fail(key, this.#ofAnAddress);
  }

  /**
   * The account of a name and password. Says the same, after the same time, of a name that there is not and of one that may not
   * sign in. Problems: 401, 429.
   */
  async byPassword(typed: string, password: string, visitor: Visitor): Promise<Account> {
    const name = accountNameOf(typed);
    // Before as well: who has to wait takes nobody's turn.
    const { lane } = await this.#trial(name, visitor);
    const checked = await this.#turns.run(
      lane,
      () => this.#checkPassword(name, password, visitor),
      () => true,
    );
    if (checked !== 'busy' && checked !== 'unwanted') return checked;
    throw new Problem(503, 'passwords.busy', 'too many sign in at once; try again', {}, { 'retry-after': '2' });
  }

  async #checkPassword(name: string, password: string, visitor: Visitor): Promise<Account> {
    const { known, counted } = await this.#trial(name, visitor);
    const isRight = await this.passwords.verify(password, known?.passwordHash ?? null);
    if (!known || !isRight || known.account.state !== 'active') {
      for (const [key, backOff] of counted) await this.#fail(key, backOff);
      throw new SignInRefused(known?.account);
    }
    await this.attempts.forget(counted[0][0]);
    const { account, passwordHash } = known;
    if (passwordHash !== null && this.passwords.isOutdated(passwordHash)) {
      await this.accounts.rehash(account.accountId, passwordHash, await this.passwords.hash(password));
    }
    await this.noteSignIn(account.accountId, visitor.address);
    return account;
  }

  /** Whose account it is, if there is one, and where a failure counts. Problems: 429. */
  async #trial(name: string, { address, device }: Visitor): Promise<Trial> {
    const network = this.fingerprints.of('network', networkOf(address));
    const known = await this.accounts.credentials(name, network);
    const accountId = known?.account.accountId;
    // On a browser of his nobody else's failures count: not those of his colleagues behind the same address, and not a stranger's.
    const deviceKey = accountId === undefined ? undefined : await this.#goodDevice(device, accountId);
    if (deviceKey !== undefined) return { known, counted: [[deviceKey, this.#ofAnAddress]], lane: deviceKey };
    await this.#admitAddress(address);
    const nameKey = `name:${this.fingerprints.of('name', name)}`;
    const key = known?.knowsNetwork ? `${nameKey}@${network}` : nameKey;
    await this.#admit(key, OF_A_NAME);
    const addressKey = this.#addressKey(address);
    return {
      known,
      counted: [
        [key, OF_A_NAME],
        [addressKey, this.#ofAnAddress],
      ],
      lane: addressKey,
    };
  }

  /**
   * The key of failures on a browser where this person (empty: anybody) has signed in before, as long as there were not too many:
   * then it counts as any other, and whoever guesses on it has gained no more than these.
   */
  async #goodDevice(device: KnownDevice | undefined, accountId: string): Promise<string | undefined> {
    if (!device || (accountId !== '' && !Object.hasOwn(device.accounts, accountId))) return undefined;
    const key = `device:${this.fingerprints.of('device', `${device.deviceId} ${accountId}`)}`;
    return (await this.#waitOf(key, this.#ofAnAddress)) === 0 ? key : undefined;
  }

  /** Many may share one address, as a town hall does: the more people have signed in from there, the more may fail. */
  async #admitAddress(address: string): Promise<void> {
    const key = this.#addressKey(address);
    if ((await this.#waitOf(key, this.#ofAnAddress)) === 0) return;
    const network = this.fingerprints.of('network', networkOf(address));
    const people = await this.accounts.countOfNetwork(network, this.clock.now() - RECENT_MS);
    const free = this.#ofAnAddress.free * Math.min(people + 1, MOST_SHARES);
    await this.#admit(key, { ...this.#ofAnAddress, free });
  }

  async #admit(key: string, backOff: BackOff): Promise<void> {
    const wait = await this.#waitOf(key, backOff);
    if (wait > 0) throw tooManyFailures(wait);
  }

  async #waitOf(key: string, backOff: BackOff): Promise<number> {
    const failures = await this.attempts.failuresOf([key]);
    return waitMs(failures.get(key), backOff, this.clock.now());
  }

  #fail(key: string, { forgetMs }: BackOff): Promise<void> {
    return this.attempts.fail(key, this.clock.now(), forgetMs);
  }

  async noteSignIn(accountId: string, address: string): Promise<void> {
    const network = this.fingerprints.of('network', networkOf(address));
    await this.accounts.noteSignIn(accountId, network, this.clock.now());
  }

  /** A new code for one use. */
  async issueCode(purpose: CodePurpose, accountId: string | null, validMs: number) {
    const code = newKey();
    const expiresAt = this.clock.now() + validMs;
    await this.codes.issue({ codeHash: this.#codeHash(code), purpose, accountId, expiresAt });
    return { code, expiresAt };
  }

  findCode(purpose: CodePurpose, code: string) {
    return this.codes.find(this.#codeHash(code), purpose, this.clock.now());
  }

  redeemCode(purpose: CodePurpose, code: string) {
    return this.codes.redeem(this.#codeHash(code), purpose, this.clock.now());
  }

  #addressKey(address: string): string {
    return `address:${this.fingerprints.of('network', networkOf(address))}`;
  }

  #codeHash(code: string): string {
    return this.fingerprints.of('code', code);
  }
}
