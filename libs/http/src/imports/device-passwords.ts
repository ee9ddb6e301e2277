import type { PasswordHasher } from '@stadtfunk/devices';

export interface NewPassword {
  readonly password: string;
  readonly hash: string;
}

/** Of the four threads that Node has for hashes and files: the others go on writing the uplink log. */
const HASHES_AT_ONCE = 2;

/** Passwords with their hashes, each of which takes some 10 ms of a core. */
export async function makePasswords(hasher: PasswordHasher, count: number): Promise<readonly NewPassword[]> {
  const made: NewPassword[] = [];
  let left = count;
  const makeSome = async () => {
    while (left-- > 0) {
      const password = hasher.generate();
      made.push({ password, hash: await hasher.hash(password) });
    }
  };
  await Promise.all(Array.from({ length: HASHES_AT_ONCE }, makeSome));
  return made;
}
