import { isForgotten, SignInAttempts, type Failures } from '../sign-in-attempts.ts';

/** Failed attempts in memory, for tests. */
export class MemorySignInAttempts extends SignInAttempts {
  readonly #failures = new Map<string, Failures>();

  override async failuresOf(keys: readonly string[]) {
    return new Map([...this.#failures].filter(([key]) => keys.includes(key)));
  }

  override async fail(key: string, at: number, forgetMs: number) {
    const failures = this.#failures.get(key);
    const count = failures && !isForgotten(failures, forgetMs, at) ? failures.count + 1 : 1;
    this.#failures.set(key, { count, lastAt: at });
  }

  override async forget(key: string) {
    this.#failures.delete(key);
  }

  override async purge(before: number, limit: number) {
    const old = [...this.#failures].filter(([, { lastAt }]) => lastAt < before).slice(0, limit);
    for (const [key] of old) this.#failures.delete(key);
    return old.length;
  }
}
