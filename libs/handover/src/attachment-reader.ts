import { isAbsent, readOneOf, type Spot, type YamlReader } from '@stadtfunk/yaml';
import { readFieldName, readFields } from './field-reader.ts';
import { PHOTO_FORMS, type CommentsPlan, type PhotosPlan } from './plan.ts';
import { FORM_FIELD } from './plan-format.ts';
import { LIST_KEYS, readListAt, readPointer, readUrl } from './place-reader.ts';

const METHODS = ['POST', 'PUT', 'PATCH'] as const;
const RECORD = ['externalId'];

/** Where comments of a record are read and written. */
export function readComments(reader: YamlReader, spot: Spot, insecure: boolean): CommentsPlan | undefined {
  const spots = reader.fields(spot, ['list', 'add']);
  const lists = spots && reader.fields(spots.list, [...LIST_KEYS, 'text']);
  const adds = spots && reader.fields(spots.add, ['method', 'url', 'field']);
  if (!lists || !adds) return undefined;
  const list = readListAt(reader, lists, RECORD, [], insecure);
  const text = readPointer(reader, lists.text);
  const method = isAbsent(adds.method) ? METHODS[0] : readOneOf(reader, adds.method, METHODS);
  const url = readUrl(reader, adds.url, RECORD, insecure);
  const field = readFieldName(reader, adds.field, false);
  if (!list || text === undefined || method === undefined || url === undefined || field === undefined) return undefined;
  return { list: { ...list, text }, add: { method, url, field } };
}

/** How photos come to a record. */
export function readPhotos(reader: YamlReader, spot: Spot, insecure: boolean): PhotosPlan | undefined {
  const spots = reader.fields(spot, ['add', 'list', 'remove']);
  if (!spots) return undefined;
  const add = readAdd(reader, spots.add, insecure);
  const list = isAbsent(spots.list) ? null : readPhotoList(reader, spots.list, insecure);
  const remove = isAbsent(spots.remove) ? null : readRemove(reader, spots.remove, insecure);
  if (!add || list === undefined || remove === undefined) return undefined;
  if (remove && add.id === null && !list?.id) {
    reader.problem(
      spots.remove,
      "where 'id' stands in the answer of 'add' or in 'list': else nobody knows which one to remove",
    );
  }
  return { add, list, remove };
}

function readAdd(reader: YamlReader, spot: Spot, insecure: boolean): PhotosPlan['add'] | undefined {
  const spots = reader.fields(spot, ['method', 'url', 'as', 'field', 'with', 'id']);
  if (!spots) return undefined;
  const method = isAbsent(spots.method) ? METHODS[0] : readOneOf(reader, spots.method, METHODS);
  const url = readUrl(reader, spots.url, RECORD, insecure, ['fileName', 'photoId']);
  const as = isAbsent(spots.as) ? 'multipart' : readOneOf(reader, spots.as, PHOTO_FORMS);
  const field = isAbsent(spots.field) ? (as === 'link' ? '/url' : 'file') : readFieldName(reader, spots.field, false);
  const more = readFields(reader, spots.with, false);
  const id = isAbsent(spots.id) ? null : readPointer(reader, spots.id);
  if (method === undefined || url === undefined || as === undefined || field === undefined || !more || id === undefined)
    return undefined;
  if (as === 'file' && more.length > 0) reader.problem(spots.with, "no 'with' beside 'as: file'");
  const names = as === 'multipart' ? [field, ...more.map(({ name }) => name)] : [];
  if (names.some((name) => !FORM_FIELD.test(name))) {
    reader.problem(spot, 'names of parts of a form: letters, digits and _ . [ ] -');
  }
  return { method, url, as, field, with: more, id };
}

function readPhotoList(reader: YamlReader, spot: Spot, insecure: boolean): NonNullable<PhotosPlan['list']> | undefined {
  const spots = reader.fields(spot, [...LIST_KEYS, 'name', 'id']);
  if (!spots) return undefined;
  const list = readListAt(reader, spots, RECORD, [], insecure);
  const name = readPointer(reader, spots.name);
  const id = isAbsent(spots.id) ? null : readPointer(reader, spots.id);
  return list && name !== undefined && id !== undefined ? { ...list, name, id } : undefined;
}

function readRemove(reader: YamlReader, spot: Spot, insecure: boolean): PhotosPlan['remove'] | undefined {
  const spots = reader.fields(spot, ['url']);
  const url = spots && readUrl(reader, spots.url, ['id'], insecure, RECORD);
  return url === undefined ? undefined : { url };
}
