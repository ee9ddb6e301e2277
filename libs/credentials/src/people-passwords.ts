import { normalisedPassword, PasswordKeeper } from '@stadtfunk/accounts';
import { Fault } from '@stadtfunk/kernel';
import { hashPassword, verifyPassword, type ScryptCost } from './scrypt-password.ts';

/**
 * OWASP Password Storage Cheat Sheet (2025) names 2^17/8/1, 2^16/8/2, 2^15/8/3 … as equally strong. This one takes 32 MiB, so
 * that a process may be small; on one core of 2020 some 250 ms.
 */
const COST: ScryptCost = { ln: 15, r: 8, p: 3 };

/** One at a time: sign-ins take neither the memory nor the cores that readings need. More than these are told to come again. */
const MOST_WAITING = 40;

/** Hash of no password: to check one against it takes as long as against any other. */
const NOBODY = `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** People's passwords by scrypt. */
export class ScryptPasswordKeeper extends PasswordKeeper {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  override hash(password: string): Promise<string> {
    return this.#inTurn(() => hashPassword(normalisedPassword(password), COST));
  }

  override async verify(password: string, hash: string | null): Promise<boolean> {
    const isRight = await this.#inTurn(() => verifyPassword(normalisedPassword(password), hash ?? NOBODY));
    return isRight && hash !== null;
  }

  override isOutdated(hash: string): boolean {
    return !hash.startsWith(`$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$`);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) {
      throw new Fault('passwords.busy', 'too many sign in at once', true);
    }
    this.#waiting++;
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }
}
