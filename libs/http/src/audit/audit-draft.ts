import { type AuditDraft, type AuditedThing, type AuditWay, redacted } from '@stadtfunk/accounts';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.ts';
import type { Need } from '../access/needs.ts';
import { type AddressKeeping, keptAddress } from '../access/short-address.ts';
import { isUpload } from '../upload.ts';

/** What a request is about to do, as it is written down. */
export function draftOf(
  request: FastifyRequest,
  caller: Caller | undefined,
  need: Need | null,
  keeping: AddressKeeping,
  at: number,
): AuditDraft {
  const { method, routeOptions, body } = request;
  const way: AuditWay = caller === undefined ? 'none' : caller.session === null ? 'token' : 'session';
  return {
    at,
    accountId: caller === undefined || caller.accountId === 'admin' ? null : caller.accountId,
    actor: caller?.name ?? '-',
    way,
    address: keptAddress(request.ip, keeping),
    permission: need?.permission ?? null,
    action: `${method} ${routeOptions.url ?? ''}`,
    thing: thingOf(request),
    asked: isUpload(body) ? null : redacted(body),
    requestId: request.id,
  };
}

/** Words of addresses whose things are called otherwise. */
const KINDS: Readonly<Record<string, string>> = {
  'maintenance-windows': 'window',
  'dead-letters': 'letter',
  deliveries: 'delivery',
  'login-codes': 'code',
};

/** Where to find the ids of things that have none of their own, by kind. */
const IDS: Readonly<Record<string, string>> = { delivery: 'eventId', import: 'kind', handover: 'target' };

/** What the address is about: the first id in it, or what it makes. */
export function thingOf({ params, body, routeOptions }: FastifyRequest): AuditedThing | null {
  const url = routeOptions.url ?? '';
  const kind = kindOf(url);
  if (kind === undefined) return null;
  const own = IDS[kind];
  const named = own ?? /:(\w+)/.exec(url)?.[1];
  const given = named === undefined ? body : params;
  const id = textAt(given, named ?? `${kind}Id`);
  return { kind: own === undefined ? (named?.replace(/Id$/, '') ?? kind) : kind, id: id?.slice(0, 256) ?? null };
}

/** The id of a thing in the body of an answer. */
export function idIn(answer: unknown, kind: string): string | null {
  const nested = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[kind] : undefined;
  return textAt(answer, `${kind}Id`) ?? textAt(nested, `${kind}Id`) ?? null;
}

function kindOf(url: string): string | undefined {
  const word = url.replace(/^\/api\/v1\//, '').split('/')[0];
  return word && (KINDS[word] ?? word.replace(/s$/, ''));
}

function textAt(thing: unknown, name: string): string | undefined {
  if (typeof thing !== 'object' || thing === null || !Object.hasOwn(thing, name)) return undefined;
  const value = (thing as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}
