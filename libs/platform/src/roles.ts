import type { Config } from '@stadtfunk/config';
import { UserError } from './user-error.ts';

/**
 * What a process does. `broker`: lets uplinks in over MQTT. `bridge`: lets them in from an external broker. `ingest`, `rules`:
 * the consumer groups `store` and `rules`. `jobs`: relay, queue workers, scheduled work. `api`: REST, live events, console.
 */
export const ROLES = ['broker', 'bridge', 'ingest', 'rules', 'jobs', 'api'] as const;
export type Role = (typeof ROLES)[number];
export type Roles = ReadonlySet<Role>;

/** The roles that together are a whole platform behind whatever lets uplinks in. */
const INNER: readonly Role[] = ['ingest', 'rules', 'jobs', 'api'];
const INTAKES: readonly Role[] = ['broker', 'bridge'];

/** `broker,rules` as a set; nothing means all. */
export function parseRoles(text: string | undefined): Roles {
  const names = (text ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  const unknown = names.filter((name) => !(ROLES as readonly string[]).includes(name));
  if (unknown.length > 0) throw new UserError(`no such role: ${unknown.join(', ')}; there are ${ROLES.join(', ')}`, 2);
  return new Set(names.length > 0 ? (names as Role[]) : ROLES);
}

/** Whether these roles find all they need in their own process; else they meet others in Redis and PostgreSQL. */
export function isWhole(roles: Roles): boolean {
  return INNER.every((role) => roles.has(role)) && INTAKES.some((role) => roles.has(role));
}

/** Whether a process lets uplinks in, and so keeps a local log. */
export function letsIn(roles: Roles): boolean {
  return INTAKES.some((role) => roles.has(role));
}

/** Refuses roles that cannot work with these settings. */
export function checkRoles(roles: Roles, config: Config): void {
  const missing = (['DATABASE_URL', 'REDIS_URL'] as const).filter((name) => !config[name]);
  if (!isWhole(roles) && missing.length > 0) {
    throw new UserError(
      `roles in processes of their own meet in PostgreSQL and Redis: set ${missing.join(' and ')}, or run all roles in one`,
      2,
    );
  }
  if (roles.has('bridge') && !roles.has('broker') && !config.MQTT_URL) {
    throw new UserError('the role bridge needs MQTT_URL, the broker to take uplinks from', 2);
  }
}
