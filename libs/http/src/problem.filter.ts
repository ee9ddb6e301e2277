import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import { Fault, messageOf } from '@stadtfunk/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpLog } from './http-options.ts';
import { Problem } from './problem.ts';

/** What the framework refuses on its own, by status. */
const FRAMEWORK_PROBLEMS: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['request.malformed', 'the request cannot be read'],
  404: ['route.unknown', 'there is nothing at this address; /api/openapi.json lists what there is'],
  413: ['body.tooLarge', 'the body is larger than is accepted'],
  414: ['request.uriTooLong', 'the address is too long'],
  415: ['body.mediaType', 'send the body as application/json'],
};

/** What only the records can find wrong with a request, by the code of their fault. */
const REFUSED_BY_RECORDS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  'cursor.invalid': [400, `'after' is not a cursor that this list gave`],
  'text.unstorable': [400, 'a text holds a character that cannot be stored (NUL, or half of a surrogate pair)'],
  'department.unknown': [422, 'there is no such department; /api/v1/departments lists them'],
};

/** Turns whatever was thrown into the problem to be sent. What is not the client's business stays in the log. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const refusal = thrown instanceof Fault ? REFUSED_BY_RECORDS[thrown.code] : undefined;
  if (thrown instanceof Fault && refusal) return new Problem(refusal[0], thrown.code, refusal[1]);
  if (thrown instanceof Fault && thrown.retryable) {
    return new Problem(
      503,
      thrown.code,
      'a part of the system cannot be reached; try again',
      {},
      { 'retry-after': '2' },
    );
  }
  const status = statusOf(thrown);
  if (status !== undefined && status < 500) {
    const [code, detail] = FRAMEWORK_PROBLEMS[status] ?? ['request.refused', 'the request is not accepted'];
    return new Problem(status, code, detail);
  }
  return new Problem(500, 'server.fault', 'something went wrong here; the log of the server says what');
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : undefined;
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(JSON.stringify(problem.document));
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(HttpLog) private readonly log: HttpLog) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(thrown);
    if (problem.status >= 500) {
      const stack = thrown instanceof Error ? thrown.stack : undefined;
      this.log.error({ requestId: request.id, code: problem.code, reason: messageOf(thrown), stack }, 'request failed');
    }
    if (reply.sent) return;
    void sendProblem(reply, problem);
  }
}
