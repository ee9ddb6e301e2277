import { applyDecorators, createParamDecorator, type ExecutionContext, HttpCode, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type FieldError, Problem } from './problem.ts';
import { isUpload } from './upload.ts';

/**
 * Who may call: `anyone`; `person`: whoever has the token or a session; `token`: only with the token;
 * `nearby`: without any credential from this machine, else with the token.
 */
export type Access = 'anyone' | 'person' | 'token' | 'nearby';

/** What an endpoint takes and answers. Requests are checked against it, and OpenAPI is generated from it. */
export interface OperationSpec {
  readonly summary: string;
  readonly tag: string;
  readonly access?: Access;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** A body may be left out. */
  readonly bodyOptional?: true;
  /** Instead of a JSON body, a file of one of these media types, which the handler reads by itself (`readUpload`). */
  readonly upload?: readonly string[];
  /** Of success. `schema` null: no body; `text/event-stream` and the like have none either. */
  readonly answer: {
    readonly status: number;
    readonly schema: z.ZodType | null;
    readonly mediaType?: string;
    /** For those who accept it instead: JSON lines, sent while the work goes on. */
    readonly lines?: { readonly mediaType: string; readonly schema: z.ZodType };
  };
  /** Further statuses, all of them problem documents: what each one means. */
  readonly problems?: Readonly<Record<number, string>>;
  /**
   * Whether it is written down who did it, if it is no GET: `always` unless it says otherwise; `itself`: the handler does it, because
   * it alone knows who it was; `never`: it changes nothing.
   */
  readonly audited?: 'always' | 'itself' | 'never';
  /** Whether a request with this query changes nothing, and so leaves nothing; absent: it does. */
  readonly isDryRun?: (query: unknown) => boolean;
  /** Header parameters that the handler reads by itself. */
  readonly headers?: Readonly<Record<string, string>>;
}

export function operation<const Spec extends OperationSpec>(spec: Spec): Spec {
  return spec;
}

type Part<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** The checked parts of a request. */
export interface InputOf<Spec extends OperationSpec> {
  readonly params: Part<Spec['params']>;
  readonly query: Part<Spec['query']>;
  readonly body: Part<Spec['body']>;
}

/** The body of the success answer, as the handler must give it. */
export type AnswerOf<Spec extends OperationSpec> = Spec['answer']['schema'] extends z.ZodType
  ? z.input<Spec['answer']['schema']>
  : void;

const OPERATION = 'stadtfunk:operation';

/** Ties a handler to its operation. */
export function Operation(spec: OperationSpec): MethodDecorator {
  return applyDecorators(SetMetadata(OPERATION, spec), HttpCode(spec.answer.status));
}

/** The operation of a handler. Every handler has one: without it there is neither access control nor documentation. */
export function operationOf(handler: object, name: string): OperationSpec {
  const spec = Reflect.getMetadata(OPERATION, handler) as OperationSpec | undefined;
  if (!spec) throw new Error(`the handler ${name} has no @Operation`);
  return spec;
}

/** The request, checked: all of its faults at once, or its parsed parts. */
export const Input = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const handler = context.getHandler();
  return readInput(operationOf(handler, handler.name), context.switchToHttp().getRequest<FastifyRequest>());
});

type RawRequest = Pick<FastifyRequest, 'params' | 'query' | 'body'>;

export function readInput(spec: OperationSpec, request: RawRequest): InputOf<OperationSpec> {
  if (!spec.upload && isUpload(request.body)) {
    throw new Problem(415, 'body.mediaType', 'send the body as application/json');
  }
  const errors: FieldError[] = [];
  const read = (name: string, schema: z.ZodType | undefined, value: unknown): unknown => {
    if (!schema) return undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    errors.push(...parsed.error.issues.flatMap((issue) => fieldErrors(name, issue)));
    return undefined;
  };
  const params = read('path', spec.params, request.params);
  const query = read('query', spec.query, joinRepeated(request.query));
  const body = read('body', spec.body, request.body ?? (spec.bodyOptional ? {} : undefined));
  if (errors.length > 0) {
    const detail = errors
      .map(({ path, message }) => `${path}: ${message}`)
      .slice(0, 5)
      .join('; ');
    throw new Problem(400, 'request.invalid', detail, { errors });
  }
  return { params, query, body };
}

function fieldErrors(part: string, issue: z.core.$ZodIssue): FieldError[] {
  const path = [part, ...issue.path.map(String)].join('.');
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.slice(0, 20).map((key) => ({ path: `${path}.${key.slice(0, 100)}`, message: 'is not known here' }));
}

/** `state=open&state=done` means the same as `state=open,done`. */
function joinRepeated(query: unknown): Record<string, unknown> {
  const entries = Object.entries((query ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : value]));
}
