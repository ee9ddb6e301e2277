/** Hashes people's passwords, at a cost that makes guessing slow. */
export abstract class PasswordKeeper {
  /** PHC string. */
  abstract hash(password: string): Promise<string>;
  /** Whether it is the password of a hash. Of null it is not, and it takes as long to say so. */
  abstract verify(password: string, hash: string | null): Promise<boolean>;
  /** Whether the hash was made at a lower cost than is usual now. */
  abstract isOutdated(hash: string): boolean;
}
