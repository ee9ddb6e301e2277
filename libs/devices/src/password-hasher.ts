/** Makes device passwords and what is kept of them. */
export abstract class PasswordHasher {
  /** A new random password. Never kept: only its hash is. */
  abstract generate(): string;
  /** PHC string of a memory-hard hash. */
  abstract hash(password: string): Promise<string>;
}
