/** Lower case, so that nobody can have another's name in other letters. */
export const ACCOUNT_NAME = /^[a-z0-9][a-z0-9._@-]{1,63}$/;

/** What was typed to sign in, as names are kept. */
export function accountNameOf(typed: string): string {
  return typed.trim().toLowerCase();
}

/** A name for an account out of what another system calls somebody: what is not allowed in one is left out. */
export function proposedName(called: string): string {
  const allowed = called
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9._@-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
  return ACCOUNT_NAME.test(allowed) ? allowed : `person-${allowed || 'x'}`.slice(0, 64);
}
