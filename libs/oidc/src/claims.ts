import type { VouchedPerson } from '@stadtfunk/accounts';
import { fail, ok, type Result } from '@stadtfunk/kernel';

type Claims = Readonly<Record<string, unknown>>;

const MOST_GROUPS = 1_000;
const LONGEST = 200;

/** Somebody out of his claims (OpenID Connect Core 1.0, 5.1). The address counts only where the provider has verified it. */
export function personOf(claims: Claims, groupsClaim: string): Result<VouchedPerson> {
  const issuer = textOf(claims['iss']);
  const subject = textOf(claims['sub']);
  if (issuer === undefined || subject === undefined) return fail('oidc.tokenInvalid', 'the token names nobody');
  const email = claims['email_verified'] === false ? undefined : textOf(claims['email']);
  const name = textOf(claims['preferred_username']) ?? email ?? subject;
  const displayName = (textOf(claims['name']) ?? name).slice(0, LONGEST);
  return ok({ issuer, subject, name, displayName, email: email ?? null, groups: groupsOf(claims, groupsClaim) });
}

function groupsOf(claims: Claims, path: string): readonly string[] {
  // A claim whose name has dots of its own, as those of Auth0 (`https://city.example/groups`), goes first.
  const value = path in claims ? claims[path] : path.split('.').reduce<unknown>(memberOf, claims);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((group): group is string => typeof group === 'string' && group !== '').slice(0, MOST_GROUPS);
}

function memberOf(thing: unknown, name: string): unknown {
  return typeof thing === 'object' && thing !== null && Object.hasOwn(thing, name)
    ? (thing as Claims)[name]
    : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
