import { isAbsent, readOneOf, readPattern, valueOf, type Spot, type YamlReader } from '@stadtfunk/yaml';
import { readComments, readPhotos } from './attachment-reader.ts';
import { readEntries } from './field-reader.ts';
import { readList, readPointer, readUrl } from './place-reader.ts';
import {
  RECORD_PARTS,
  type AuthPlan,
  type HeaderPlan,
  type RecordPointers,
  type RestCall,
  type RestPlan,
  type StatusPlan,
} from './plan.ts';
import { FORBIDDEN_HEADERS, HEADER_NAME, HEADER_VALUE, MINUTES, SECRET_NAME, STATUS_KEYS } from './plan-format.ts';

const SECRET = 'the name of an environment variable that begins with HANDOVER_';

/** Where things stand in what other systems post to us, unless the file says otherwise. */
const POSTED = Object.fromEntries(RECORD_PARTS.map((part) => [part, `/${part}`])) as RecordPointers;
const NOWHERE = Object.fromEntries(RECORD_PARTS.map((part) => [part, null])) as RecordPointers;

export function readSecretName(reader: YamlReader, spot: Spot): string | undefined {
  return readPattern(reader, spot, SECRET_NAME, SECRET);
}

export function readAuth(
  reader: YamlReader,
  spot: Spot,
  isTable: boolean,
  insecure: boolean,
): AuthPlan | null | undefined {
  if (isAbsent(spot)) {
    if (!isTable) return null;
    reader.problem(spot, "'basic' or 'oauth'");
    return undefined;
  }
  const spots = reader.fields(spot, ['basic', 'oauth']);
  if (!spots) return undefined;
  if (isAbsent(spots.basic) === isAbsent(spots.oauth)) {
    reader.problem(spot, "either 'basic' or 'oauth'");
    return undefined;
  }
  if (!isAbsent(spots.basic)) {
    const basic = reader.fields(spots.basic, ['user', 'password']);
    const user = basic && readSecretName(reader, basic.user);
    const password = basic && readSecretName(reader, basic.password);
    return user === undefined || password === undefined ? undefined : { kind: 'basic', user, password };
  }
  const oauth = reader.fields(spots.oauth, ['clientId', 'clientSecret', 'url', 'scope']);
  if (!oauth) return undefined;
  const clientId = readSecretName(reader, oauth.clientId);
  const clientSecret = readSecretName(reader, oauth.clientSecret);
  const url = isAbsent(oauth.url) && isTable ? null : readUrl(reader, oauth.url, [], insecure);
  const scope = isAbsent(oauth.scope) ? null : readPattern(reader, oauth.scope, HEADER_VALUE, 'a scope');
  if (clientId === undefined || clientSecret === undefined || url === undefined || scope === undefined)
    return undefined;
  return { kind: 'oauth', clientId, clientSecret, url, scope };
}

export function readStatus(reader: YamlReader, spot: Spot): StatusPlan | undefined {
  if (isAbsent(spot)) return { everyMinutes: null, receive: null };
  const spots = reader.fields(spot, STATUS_KEYS);
  if (!spots) return undefined;
  const every = isAbsent(spots.every) ? null : MINUTES.find((minutes) => minutes === valueOf(spots.every));
  if (every === undefined) reader.problem(spots.every, `minutes: one of ${MINUTES.join(', ')}`);
  const given = (['token', 'signature'] as const).filter((key) => !isAbsent(spots[key]));
  const [by] = given;
  if (given.length > 1) reader.problem(spots.signature, "no 'signature' beside 'token'");
  if (by === undefined) {
    if (!isAbsent(spots.record)) reader.problem(spots.record, "no 'record' without 'token' or 'signature'");
    return every === undefined ? undefined : { everyMinutes: every, receive: null };
  }
  const secret = readSecretName(reader, spots[by]);
  const record = isAbsent(spots.record) ? POSTED : readPointers(reader, spots.record);
  if (record && (record.state === null || (record.externalId === null && record.jobId === null))) {
    reader.problem(spots.record, "'state', and 'externalId' or 'jobId'");
  }
  if (every === undefined || secret === undefined || !record) return undefined;
  return { everyMinutes: every, receive: { by, secret, record } };
}

type RestParts = Pick<
  RestPlan,
  'make' | 'change' | 'find' | 'changes' | 'headers' | 'idempotencyHeader' | 'record' | 'comments' | 'photos'
>;

export function readRest(
  reader: YamlReader,
  at: (key: string) => Spot,
  insecure: boolean,
  everyMinutes: number | null,
): RestParts | undefined {
  const make = readCall(reader, at('make'), ['POST', 'PUT'], [], ['jobId'], insecure);
  const change = readCall(reader, at('change'), ['PATCH', 'PUT', 'POST'], ['externalId'], [], insecure);
  const find = isAbsent(at('find')) ? null : readList(reader, at('find'), ['jobId'], [], insecure);
  const changes = isAbsent(at('changes'))
    ? null
    : readList(reader, at('changes'), ['since'], ['offset', 'limit'], insecure);
  const headers = readHeaders(reader, at('headers'));
  const idempotencyHeader = isAbsent(at('idempotencyHeader'))
    ? null
    : readPattern(reader, at('idempotencyHeader'), HEADER_NAME, 'the name of a header');
  const record = readPointers(reader, at('record'));
  if (record && record.externalId === null)
    reader.problem(at('record'), "'externalId', where the id of a record stands");
  if (record && find && record.jobId === null) {
    reader.problem(at('record'), "'jobId' for 'find': without it nobody could tell whose a record is");
  }
  if (record && everyMinutes !== null && record.state === null)
    reader.problem(at('record'), "'state' for 'status.every'");
  if (everyMinutes !== null && changes === null) reader.problem(at('status'), "'changes' beside 'status.every'");
  if (find === null && idempotencyHeader === null) {
    reader.problem(at('idempotencyHeader'), "'find' or 'idempotencyHeader': else a crash makes two records of one job");
  }
  const comments = isAbsent(at('comments')) ? null : readComments(reader, at('comments'), insecure);
  const photos = isAbsent(at('photos')) ? null : readPhotos(reader, at('photos'), insecure);
  if (photos && !photos.list && idempotencyHeader === null) {
    reader.problem(at('photos'), "'list', or 'idempotencyHeader' of the target: else a crash sends a photo twice");
  }
  const all = { make, change, find, changes, headers, idempotencyHeader, record, comments, photos };
  return Object.values(all).some((value) => value === undefined) ? undefined : (all as RestParts);
}

function readCall(
  reader: YamlReader,
  spot: Spot,
  methods: readonly RestCall['method'][],
  placeholders: readonly string[],
  more: readonly string[],
  insecure: boolean,
): RestCall | undefined {
  const spots = reader.fields(spot, ['method', 'url', 'record']);
  if (!spots) return undefined;
  const method = isAbsent(spots.method) ? methods[0] : readOneOf(reader, spots.method, methods);
  const url = readUrl(reader, spots.url, placeholders, insecure, more);
  const record = spots.record.node === null ? '' : readPointer(reader, spots.record);
  return method === undefined || url === undefined || record === undefined ? undefined : { method, url, record };
}

function readHeaders(reader: YamlReader, spot: Spot): Readonly<Record<string, HeaderPlan>> | undefined {
  if (isAbsent(spot)) return {};
  const headers = readEntries(reader, spot)?.map(([name, value]) => {
    // The header that says who we are may come from a secret, and only from one.
    const isOwn = FORBIDDEN_HEADERS.includes(name.toLowerCase()) && !isSecretAuthorization(name, value);
    if (!HEADER_NAME.test(name) || isOwn) reader.problem(value, 'another header', `'${name}'`);
    return [name, readHeader(reader, value)] as const;
  });
  if (!headers || headers.some(([, header]) => header === undefined)) return undefined;
  return Object.fromEntries(headers) as Record<string, HeaderPlan>;
}

function isSecretAuthorization(name: string, value: Spot): boolean {
  return name.toLowerCase() === 'authorization' && typeof valueOf(value) === 'object';
}

function readHeader(reader: YamlReader, spot: Spot): HeaderPlan | undefined {
  if (typeof valueOf(spot) !== 'object') {
    const value = readPattern(reader, spot, HEADER_VALUE, 'a text of ASCII, or { env: HANDOVER_… }');
    return value === undefined ? undefined : { value };
  }
  const spots = reader.fields(spot, ['env', 'prefix']);
  if (!spots) return undefined;
  const env = readSecretName(reader, spots.env);
  const prefix = isAbsent(spots.prefix)
    ? ''
    : readPattern(reader, spots.prefix, HEADER_VALUE, "a text such as 'Bearer '");
  return env === undefined || prefix === undefined ? undefined : { env, prefix };
}

function readPointers(reader: YamlReader, spot: Spot): RecordPointers | undefined {
  const spots = reader.fields(spot, RECORD_PARTS);
  if (!spots) return undefined;
  const pointers = RECORD_PARTS.map((part) => {
    return [part, isAbsent(spots[part]) ? null : readPointer(reader, spots[part])] as const;
  });
  if (pointers.some(([, pointer]) => pointer === undefined)) return undefined;
  return { ...NOWHERE, ...(Object.fromEntries(pointers) as RecordPointers) };
}
