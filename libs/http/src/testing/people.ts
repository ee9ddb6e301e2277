import type { RoleAssignment } from '@stadtfunk/accounts';
import type { Answer, CallOptions, Harness } from './harness.ts';

export const PASSWORD = 'vier muede Laternen';

export interface SignedIn {
  readonly accountId: string;
  readonly cookie: string;
  /** As from a page of the console. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

/** Somebody with these roles, signed in. */
export async function signedIn(harness: Harness, name: string, roles: readonly RoleAssignment[]): Promise<SignedIn> {
  const { store, passwords } = harness.city.accounts;
  const person = { name, displayName: `Name of ${name}`, email: null, roles, source: 'local', at: 0 } as const;
  const account = await store.create(person);
  if (typeof account === 'string') throw new Error(account);
  await store.setPassword(account.accountId, await passwords.hash(PASSWORD));
  const { headers, status } = await harness.call('POST', '/api/v1/session', {
    body: { name, password: PASSWORD },
    anonymous: true,
  });
  if (status !== 201) throw new Error(`signing in answered ${status}`);
  const cookie = headers.get('set-cookie')!.split(';')[0]!;
  const call: SignedIn['call'] = (method, path, { headers: more, ...options } = {}) =>
    harness.call(method, path, { ...options, anonymous: true, headers: { cookie, origin: harness.url, ...more } });
  return { accountId: account.accountId, cookie, call };
}
