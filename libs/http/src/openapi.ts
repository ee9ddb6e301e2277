import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { z } from 'zod';
import { type Need, needOf } from './access/needs.ts';
import { type OperationSpec, operationOf } from './operation.ts';
import { problem } from './schemas.ts';

/** The OpenAPI document of this process. */
export class OpenApiDocument {
  constructor(readonly content: { readonly openapi: '3.1.0'; readonly [member: string]: unknown }) {}
}

export interface Route {
  readonly method: string;
  /** With `:name` for parameters. */
  readonly path: string;
  readonly spec: OperationSpec;
  /** Null: no permission. */
  readonly need: Need | null;
}

type JsonSchema = Record<string, unknown>;

/** The routes of controllers, by what their decorators say. A handler without an operation is a defect. */
export function routesOf(controllers: readonly Type[]): Route[] {
  return controllers.flatMap((controller) => {
    const base = String(Reflect.getMetadata(PATH_METADATA, controller) ?? '');
    const prototype = controller.prototype as Record<string, unknown>;
    return Object.getOwnPropertyNames(prototype).flatMap((name): Route[] => {
      const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
      if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number]!;
      const parts = [base, String(Reflect.getMetadata(PATH_METADATA, handler) ?? '')];
      const path = `/${parts
        .flatMap((part) => part.split('/'))
        .filter(Boolean)
        .join('/')}`;
      const title = `${controller.name}.${name}`;
      return [{ method, path, spec: operationOf(handler, title), need: needOf(handler, title) }];
    });
  });
}

/** OpenAPI 3.1 out of the schemas that requests are checked against. */
export function openApiOf(routes: readonly Route[], version: string): OpenApiDocument {
  const schemas = new Map<string, JsonSchema>();
  const convert = (schema: z.ZodType, io: 'input' | 'output') => hoist(z.toJSONSchema(schema, { io }), schemas);
  const problemSchema = convert(problem, 'output');
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, spec, need } of routes) {
    const item = (paths[path.replace(/:(\w+)/g, '{$1}')] ??= {});
    item[method.toLowerCase()] = {
      operationId: operationId(method, path),
      summary: spec.summary,
      tags: [spec.tag],
      security: SECURITY[spec.access ?? 'person'],
      parameters: parametersOf(spec, convert),
      ...(spec.body && {
        requestBody: {
          required: spec.bodyOptional !== true,
          content: { 'application/json': { schema: convert(spec.body, 'input') } },
        },
      }),
      ...(spec.upload && { requestBody: { required: true, content: filesOf(spec.upload) } }),
      ...(need && { 'x-permission': need.permission }),
      responses: responsesOf(spec, need, convert, problemSchema),
    };
  }
  return new OpenApiDocument({
    openapi: '3.1.0',
    info: { title: 'Stadtfunk', version, license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' } },
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'stadtfunk_session' },
      },
    },
  });
}

/** OpenAPI 3.1 describes the bytes of a file with an empty schema. */
function filesOf(mediaTypes: readonly string[]): Record<string, object> {
  return Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, {}]));
}

const SECURITY = {
  anyone: [],
  person: [{ token: [] }, { session: [] }],
  token: [{ token: [] }],
  nearby: [{}, { token: [] }],
};

type Convert = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;

/** `GET /api/v1/jobs/:jobId` is `getJobsByJobId`. */
function operationId(method: string, path: string): string {
  const words = path.replace('/api/v1', '').split(/[/.-]/).filter(Boolean);
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  return (
    method.toLowerCase() +
    words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word))).join('')
  );
}

function parametersOf(spec: OperationSpec, convert: Convert): unknown[] {
  const of = (place: 'path' | 'query', schema: z.ZodType | undefined) => {
    if (!schema) return [];
    const { properties = {}, required = [] } = convert(schema, 'input') as {
      properties?: Record<string, JsonSchema>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, { description, ...rest }]) => ({
      name,
      in: place,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }));
  };
  const headers = Object.entries(spec.headers ?? {}).map(([name, description]) => {
    return { name, in: 'header', required: false, description, schema: { type: 'string' } };
  });
  return [...of('path', spec.params), ...of('query', spec.query), ...headers];
}

function responsesOf(
  spec: OperationSpec,
  need: Need | null,
  convert: Convert,
  problemSchema: JsonSchema,
): Record<string, unknown> {
  const { status, schema, mediaType = 'application/json' } = spec.answer;
  const takesInput = spec.params ?? spec.query ?? spec.body;
  const meanings: Record<number, string> = {
    ...(takesInput ? { 400: 'the request is not understood; `errors` lists all faults' } : {}),
    ...((spec.access ?? 'person') === 'anyone' ? {} : { 401: 'neither a valid token nor a session' }),
    ...(need && { 403: `the permission ${need.permission} is missing` }),
    ...spec.problems,
  };
  const responses: Record<string, unknown> = {
    [status]: { description: 'success', ...contentOf(mediaType, spec, convert) },
  };
  for (const [code, description] of Object.entries(meanings)) {
    responses[code] = { description, content: { 'application/problem+json': { schema: problemSchema } } };
  }
  if (schema === null && mediaType === 'application/json')
    responses[status] = { description: 'success, without a body' };
  return responses;
}

function contentOf(mediaType: string, { answer }: OperationSpec, convert: Convert) {
  const schema = answer.schema ? convert(answer.schema, 'output') : { type: 'string' };
  const { lines } = answer;
  return {
    content: {
      [mediaType]: { schema },
      ...(lines && { [lines.mediaType]: { schema: convert(lines.schema, 'output') } }),
    },
  };
}

/** Moves named schemas to the document's components, and points there. */
function hoist(root: object, schemas: Map<string, JsonSchema>): JsonSchema {
  const pointed = JSON.parse(JSON.stringify(root).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
  const { $schema: _dialect, $defs = {}, ...schema } = pointed;
  for (const [name, definition] of Object.entries($defs as Record<string, JsonSchema>))
    schemas.set(name, withoutId(definition));
  if (typeof schema.id !== 'string') return schema;
  schemas.set(schema.id, withoutId(schema));
  return { $ref: `#/components/schemas/${schema.id}` };
}

/** zod writes the name of a schema as `id`, which JSON Schema does not know. */
function withoutId({ id: _name, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
