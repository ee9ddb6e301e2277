import { PasswordKeeper } from '@stadtfunk/accounts';

/** Passwords without any cost, for tests. */
export class PlainPasswords extends PasswordKeeper {
  /** How many were checked, also of those who are not there. */
  checked = 0;

  override async hash(password: string) {
    return `$twin$${password}`;
  }

  override async verify(password: string, hash: string | null) {
    this.checked++;
    return hash === `$twin$${password}`;
  }

  override isOutdated(hash: string) {
    return !hash.startsWith('$twin$');
  }
}
