import {
  type Account,
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
import { Clock } from '@stadtfunk/kernel';
import { HttpSettings } from '../http-options.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { Problem } from '../problem.ts';
import { tooManyFailures } from './access.guard.ts';
import { networkOf } from './attempt-limiter.ts';
import { Fingerprints, newKey } from './fingerprint.ts';

/**
 * Whoever tries one name from many addresses waits longer and longer, a minute at the most: long enough against guessing, and a
 * stranger cannot shut somebody out. Where the person has signed in before, only failures from there count.
 */
const OF_A_NAME: BackOff = { free: 5, firstWaitMs: 1_000, mostWaitMs: 60_000, forgetMs: 3_600_000 };

/** As many as the keeper of passwords has waiting. */
const MOST_WAITING = 40;

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
  readonly #turns = new OneAtATime(MOST_WAITING, 'passwords.busy', 'too many sign in at once; try again');

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

  /** Problems: 429 for an address that has failed too often. */
  async admit(address: string): Promise<void> {
    await this.#admit(this.#addressKey(address), this.#ofAnAddress);
  }

  async noteFailure(address: string): Promise<void> {
    await this.attempts.fail(this.#addressKey(address), this.clock.now(), this.#ofAnAddress.forgetMs);
  }

  /**
   * The account of a name and password. Says the same, after the same time, of a name that there is not and of one that may not
   * sign in. Problems: 401, 429.
   */
  async byPassword(typed: string, password: string, address: string): Promise<Account> {
    await this.admit(address);
    return this.#turns.run(() => this.#checkPassword(accountNameOf(typed), password, address));
  }

  async #checkPassword(name: string, password: string, address: string): Promise<Account> {
    await this.admit(address);
    const network = this.fingerprints.of('network', networkOf(address));
    const known = await this.accounts.credentials(name, network);
    const nameKey = `name:${this.fingerprints.of('name', name)}`;
    const key = known?.knowsNetwork ? `${nameKey}@${network}` : nameKey;
    await this.#admit(key, OF_A_NAME);
    const isRight = await this.passwords.verify(password, known?.passwordHash ?? null);
    if (!known || !isRight || known.account.state !== 'active') {
      await this.attempts.fail(key, this.clock.now(), OF_A_NAME.forgetMs);
      await this.noteFailure(address);
      throw new SignInRefused(known?.account);
    }
    await this.attempts.forget(key);
    const { account, passwordHash } = known;
    if (passwordHash !== null && this.passwords.isOutdated(passwordHash)) {
      await this.accounts.setPassword(account.accountId, await this.passwords.hash(password));
    }
    await this.noteSignIn(account.accountId, address);
    return account;
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

  async #admit(key: string, backOff: BackOff): Promise<void> {
    const failures = await this.attempts.failuresOf([key]);
    const wait = waitMs(failures.get(key), backOff, this.clock.now());
    if (wait > 0) throw tooManyFailures(wait);
  }

  #addressKey(address: string): string {
    return `address:${this.fingerprints.of('network', networkOf(address))}`;
  }

  #codeHash(code: string): string {
    return this.fingerprints.of('code', code);
  }
}
