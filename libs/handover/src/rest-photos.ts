import { ok } from '@stadtfunk/kernel';
import type { Job } from '@stadtfunk/maintenance';
import { FileBody } from './api-client.ts';
import { bodyOf } from './body.ts';
import { factsOf } from './facts.ts';
import { failed, type Answer } from './failure.ts';
import { putAt, valueAt } from './json-pointer.ts';
import { PHOTO_TIMEOUT_MS, type PhotoAlbum, type PhotoFile } from './photos.ts';
import type { PhotosPlan, RestPlan } from './plan.ts';
import type { RestCaller } from './rest-caller.ts';

/** @param link where people find the console; null: nowhere that others reach */
export function restPhotos(
  photos: PhotosPlan,
  { id: target, idempotencyHeader, timeoutMs }: RestPlan,
  caller: RestCaller,
  link: string | null,
): PhotoAlbum {
  const { add, list, remove } = photos;
  return {
    list: async (externalId) => {
      if (!list) return ok(null);
      const found = await caller.listAll(list, { externalId });
      if (!found.ok) return found;
      const named = found.value.map((item) => {
        const id = list.id === null ? null : wordOf(valueAt(item, list.id));
        return [wordOf(valueAt(item, list.name)) ?? '', id] as const;
      });
      return ok(new Map(named));
    },
    add: async (externalId, file, job) => {
      const { photoId } = file.photo;
      const body = bodyFor(photos, file, job, link);
      if (!body.ok) return body;
      const answer = await caller.call({
        method: add.method,
        url: add.url,
        values: { externalId, photoId, fileName: file.name },
        // The same in every attempt.
        headers: idempotencyHeader === null ? {} : { [idempotencyHeader]: `${target}-photo-${photoId}` },
        body: body.value,
        timeoutMs: Math.max(timeoutMs, PHOTO_TIMEOUT_MS),
      });
      if (!answer.ok) return answer;
      return ok(add.id === null ? null : wordOf(valueAt(answer.value.json, add.id)));
    },
    remove:
      remove && ((externalId, id) => caller.call({ method: 'DELETE', url: remove.url, values: { externalId, id } })),
  };
}

function bodyFor({ add }: PhotosPlan, file: PhotoFile, job: Job, link: string | null): Answer<unknown> {
  const { photo, name, bytes } = file;
  const fields = bodyOf(add.with, factsOf(job, undefined, link));
  if (add.as === 'file') return ok(new FileBody(photo.mediaType, bytes));
  if (add.as === 'multipart') return ok(formOf(fields, add.field, { name, mediaType: photo.mediaType, bytes }));
  if (link === null) return failed('handover.noLink', 'PUBLIC_URL is not set, so there is no link to a photo', false);
  const path = `/api/v1/jobs/${photo.jobId}/photos/${photo.photoId}`;
  const body: Record<string, unknown> = { ...fields };
  putAt(body, add.field, link.replace(/\/+$/, '') + path);
  return ok(body);
}

/** multipart/form-data (RFC 7578). Names come from a file that was checked, and hold no quotes and no line breaks. */
function formOf(
  fields: Readonly<Record<string, unknown>>,
  fileField: string,
  file: { readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array },
): FileBody {
  const boundary = `stadtfunk-${crypto.randomUUID()}`;
  const head = (name: string, more = '') =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n`;
  const texts = Object.entries(fields).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
    return `${head(name, '\r\nContent-Type: text/plain; charset=utf-8')}\r\n${text}\r\n`;
  });
  const before = `${texts.join('')}${head(fileField, `; filename="${file.name}"`)}Content-Type: ${file.mediaType}\r\n\r\n`;
  const bytes = Buffer.concat([Buffer.from(before), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return new FileBody(`multipart/form-data; boundary=${boundary}`, bytes);
}

function wordOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= 256 ? text : null;
}
