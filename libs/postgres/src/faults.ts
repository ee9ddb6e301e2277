import { Fault, messageOf } from '@stadtfunk/kernel';

/** SQLSTATE classes and codes, and codes of sockets, after which the same call may succeed. */
const AWAY = /^(?:08|53|57P|25P03|58030|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/;
const AWAY_MESSAGE =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered)/;

/** The SQLSTATE of whatever a query threw; Drizzle wraps what the driver threw. */
export function sqlStateOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return sqlStateOf(thrown.cause);
}

/** The name of the constraint that a query broke. */
export function constraintOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ('constraint' in thrown && typeof thrown.constraint === 'string') return thrown.constraint;
  return constraintOf(thrown.cause);
}

/** Whether the database was away or overcharged, rather than the query wrong. */
export function isAway(thrown: unknown): boolean {
  const code = sqlStateOf(thrown);
  if (code !== undefined && AWAY.test(code)) return true;
  if (!(thrown instanceof Error)) return false;
  return AWAY_MESSAGE.test(thrown.message) || isAway(thrown.cause);
}

/** What adapters throw: `<noun>.unavailable` (retryable), `<noun>.conflict` (retryable), or `<noun>.failed`. */
export function faultOf(noun: string, thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  if (isAway(thrown)) return new Fault(`${noun}.unavailable`, messageOf(thrown), true, thrown);
  // 40001 serialization failure, 40P01 deadlock.
  if (/^40/.test(sqlStateOf(thrown) ?? '')) return new Fault(`${noun}.conflict`, messageOf(thrown), true, thrown);
  return new Fault(`${noun}.failed`, messageOf(thrown), false, thrown);
}
