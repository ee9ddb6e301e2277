import { ok } from '@stadtfunk/kernel';
import { FileBody, type ApiClient } from './api-client.ts';
import { failed } from './failure.ts';
import { valueAt } from './json-pointer.ts';
import { PHOTO_TIMEOUT_MS, type PhotoAlbum } from './photos.ts';
import type { ServiceNowPlan } from './plan.ts';

/** Attachments of one record that are read. */
const MOST_ATTACHMENTS = 1_000;

/**
 * Photos as attachments of a record, through the Attachment API
 * (https://www.servicenow.com/docs/r/api-reference/rest-apis/c_AttachmentAPI.html).
 */
export function serviceNowPhotos({ instance, table, timeoutMs }: ServiceNowPlan, client: ApiClient): PhotoAlbum {
  const attachments = `${instance}/api/now/attachment`;
  return {
    list: async (externalId) => {
      const parameters = new URLSearchParams({
        sysparm_query: `table_name=${table}^table_sys_id=${externalId}`,
        sysparm_limit: String(MOST_ATTACHMENTS),
      });
      const answer = await client.call({ method: 'GET', url: `${attachments}?${parameters.toString()}` });
      if (!answer.ok) return answer.error.code === 'handover.notFound' ? ok(new Map()) : answer;
      const rows = valueAt(answer.value.json, '/result');
      if (!Array.isArray(rows)) return failed('handover.answer', 'the answer holds no list', true);
      // Parts of a query that an instance takes for invalid are ignored: files of other records are none of this one's.
      const own = rows.filter((row) => valueAt(row, '/table_sys_id') === externalId);
      return ok(
        new Map(own.map((row) => [wordOf(valueAt(row, '/file_name')) ?? '', wordOf(valueAt(row, '/sys_id'))] as const)),
      );
    },
    add: async (externalId, { photo, name, bytes }) => {
      const parameters = new URLSearchParams({ table_name: table, table_sys_id: externalId, file_name: name });
      const answer = await client.call({
        method: 'POST',
        url: `${attachments}/file?${parameters.toString()}`,
        body: new FileBody(photo.mediaType, bytes),
        timeoutMs: Math.max(timeoutMs, PHOTO_TIMEOUT_MS),
      });
      return answer.ok ? ok(wordOf(valueAt(answer.value.json, '/result/sys_id'))) : answer;
    },
    remove: (_externalId, photoExternalId) =>
      client.call({ method: 'DELETE', url: `${attachments}/${encodeURIComponent(photoExternalId)}` }),
  };
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 256 ? value : null;
}
