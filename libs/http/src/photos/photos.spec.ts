import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aJob } from '../testing/city.ts';
import { type Harness, startHarness, TOKEN } from '../testing/harness.ts';

/** 12 × 8 pixels, with a comment. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAwAAAAICAYAAADN5B7xAAAAMklEQVR4AcTQQQ0AAAgCQDWBUYxgdCLZQAvgw5ds92RjGMKb8UQzJsc8FgqpzOOk7bwBAAD//3Me4zQAAAAGSURBVAMAOfIkC+s7Q9UAAAAASUVORK5CYII=',
  'base64',
);
const PHOTOS = '/api/v1/jobs/job-1/photos';

describe('Photos of a job', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    const job = aJob('job-1');
    const created = { at: job.createdAt, actor: 'rule:x', action: 'create', from: null, note: null } as const;
    harness.city.maintenanceStore.putJob(job, { ...created, to: 'open' });
  });
  afterEach(() => harness.close());

  const send = async (body: Uint8Array, headers: Record<string, string> = { 'content-type': 'image/png' }) => {
    const authorization = `Bearer ${TOKEN}`;
    const response = await fetch(harness.url + PHOTOS, {
      method: 'POST',
      headers: { authorization, ...headers },
      body: Buffer.from(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('are taken, listed, shown and removed, and stand in the history', async () => {
    const { status, body } = await send(PNG);
    expect(status).toBe(201);
    expect(body).toMatchObject({ mediaType: 'image/png', width: 12, height: 8, addedBy: 'admin' });
    expect((await harness.call('GET', PHOTOS)).body).toEqual({ items: [body], next: null });
    expect((await harness.call('GET', '/api/v1/jobs/job-1')).body).toMatchObject({
      photos: [body],
      history: [{ action: 'create' }, { action: 'addPhoto', changes: { photoId: body.photoId } }],
    });

    const path = `${PHOTOS}/${String(body.photoId)}`;
    expect((await harness.call('DELETE', path)).status).toBe(204);
    expect((await harness.call('GET', path)).body).toMatchObject({ status: 404, code: 'photo.unknown' });
    expect((await harness.call('DELETE', path)).body).toMatchObject({ status: 404, code: 'photo.unknown' });
  });

  it('are not taken in the name of somebody else than whom they were kept for', async () => {
    const refused = await send(PNG, { 'content-type': 'image/png', 'stadtfunk-account': 'somebody-else' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'access.otherAccount' } });
    const comment = { body: { note: 'x' }, headers: { 'stadtfunk-account': 'somebody-else' } };
    expect(await harness.call('POST', '/api/v1/jobs/job-1/comments', comment)).toMatchObject({ status: 403 });
    expect((await harness.call('GET', PHOTOS)).body).toMatchObject({ items: [] });
  });

  it('are told by their bytes, whatever the header says', async () => {
    expect((await send(PNG, { 'content-type': 'image/jpeg' })).body).toMatchObject({ mediaType: 'image/png' });
    const html = Buffer.from('<script>alert(1)</script>');
    expect(await send(html, { 'content-type': 'image/png' })).toMatchObject({
      status: 415,
      body: { code: 'photo.unsupported' },
    });
    expect(await send(PNG.subarray(0, 60))).toMatchObject({ status: 422, body: { code: 'photo.malformed' } });
    expect(await send(new Uint8Array())).toMatchObject({ status: 415, body: { code: 'photo.unsupported' } });
  });

  it('are shown so that a browser does nothing with them but show them', async () => {
    const { body } = await send(PNG);
    const path = `${PHOTOS}/${String(body.photoId)}`;
    const { headers, status } = await harness.call('GET', path);

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('image/png');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; sandbox");
    expect(headers.get('content-disposition')).toMatch(/^inline; filename="[\w-]+\.png"$/);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    const headersOfRepeat = { 'if-none-match': headers.get('etag')!, authorization: `Bearer ${TOKEN}` };
    expect((await fetch(harness.url + path, { headers: headersOfRepeat })).status).toBe(304);
  });

  it('are bounded in size, told by the length or by what has come', async () => {
    const large = Buffer.concat([PNG, Buffer.alloc(9 * 1024 * 1024)]);
    expect(await send(large)).toMatchObject({ status: 413, body: { code: 'body.tooLarge' } });

    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'image/png' };
      const request = httpRequest(harness.url + PHOTOS, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      // Without a length, and without an end.
      request.on('error', reject).write(large);
    });
    expect(status).toBe(413);
  });

  it('are not read from strangers, nor where JSON belongs', async () => {
    const headers = { 'content-type': 'image/png' };
    const anonymous = await fetch(harness.url + PHOTOS, { method: 'POST', headers, body: PNG });
    expect(anonymous.status).toBe(401);
    const authorization = `Bearer ${TOKEN}`;
    const path = `${harness.url}/api/v1/jobs/job-1/comments`;
    const comment = await fetch(path, { method: 'POST', headers: { ...headers, authorization }, body: PNG });
    expect(comment.status).toBe(415);
    expect((await harness.call('POST', PHOTOS, { body: { photo: 'x' } })).body).toMatchObject({ status: 415 });
    expect((await harness.call('POST', PHOTOS)).body).toMatchObject({ status: 415, code: 'body.mediaType' });
  });

  it('are as many as a job may have', async () => {
    const tail = (index: number) => {
      // Another picture each time: the check sum of an empty text chunk stays, so vary a colour space instead.
      const chunk = Buffer.alloc(16);
      chunk.writeUInt32BE(4, 0);
      chunk.write('gAMA', 4, 'latin1');
      chunk.writeUInt32BE(45_000 + index, 8);
      chunk.writeUInt32BE(crc(chunk.subarray(4, 12)), 12);
      return Buffer.concat([PNG.subarray(0, 33), chunk, PNG.subarray(33)]);
    };
    for (let index = 0; index < 20; index++) expect((await send(tail(index))).status).toBe(201);
    expect(await send(tail(20))).toMatchObject({ status: 409, body: { code: 'photo.tooMany' } });
    expect((await send(tail(3))).status).toBe(201);
  });
});

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
