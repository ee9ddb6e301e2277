import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

/** Bodies that are not JSON are not read before it is known who sends them, and then by the handlers that take them. */
export function passUploadsOn(fastify: FastifyInstance): void {
  const pass = (_request: FastifyRequest, payload: unknown, done: (error: null, body: unknown) => void) => {
    done(null, payload);
  };
  fastify.addContentTypeParser(/^image\//, pass);
  fastify.addContentTypeParser('application/octet-stream', pass);
  fastify.addContentTypeParser('text/csv', pass);
}

export function isUpload(body: unknown): boolean {
  return body instanceof Readable;
}

/** The bytes of a body. A larger one is refused as soon as that shows: by its length, or by what has come. */
export async function readUpload({ body, headers }: FastifyRequest, mostBytes: number): Promise<Uint8Array> {
  if (!(body instanceof Readable)) {
    throw new Problem(415, 'body.mediaType', 'send the file itself as the body, with its media type');
  }
  const tooLarge = new Problem(
    413,
    'body.tooLarge',
    `the file is larger than ${mostBytes} bytes`,
    {},
    // What is still to come is not waited for.
    { connection: 'close' },
  );
  if (Number(headers['content-length'] ?? 0) > mostBytes) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > mostBytes) throw tooLarge;
      chunks.push(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw new Problem(400, 'request.malformed', 'the body broke off');
  }
  return Buffer.concat(chunks);
}
