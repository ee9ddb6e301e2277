/** `signIn`: opens a session; `setPassword`: lets a new password be set, and opens a session. */
export const CODE_PURPOSES = ['signIn', 'setPassword'] as const;
export type CodePurpose = (typeof CODE_PURPOSES)[number];

export interface OneTimeCode {
  readonly codeHash: string;
  readonly purpose: CodePurpose;
  /** null: whoever has the API token. */
  readonly accountId: string | null;
  /** UTC ms. */
  readonly expiresAt: number;
}

/** Codes for one use each, for links. Only their hashes are kept. */
export abstract class OneTimeCodes {
  /** A new code to set a password voids those that the account had before. */
  abstract issue(code: OneTimeCode): Promise<void>;
  /** The code, if it could be redeemed now. */
  abstract find(codeHash: string, purpose: CodePurpose, now: number): Promise<OneTimeCode | undefined>;
  /** The code, once: whoever comes second gets nothing. */
  abstract redeem(codeHash: string, purpose: CodePurpose, now: number): Promise<OneTimeCode | undefined>;
  abstract purge(before: number, limit: number): Promise<number>;
}
