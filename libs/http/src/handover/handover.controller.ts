import { Controller, Get, Inject, Post, Req } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import { HandoverInbox, HandoverRecords } from '@stadtfunk/maintenance';
import type { FastifyRequest } from 'fastify';
import { tooManyFailures } from '../access/access.guard.ts';
import { AttemptLimiter } from '../access/attempt-limiter.ts';
import { Departments } from '../access/caller.ts';
import { Needs, Open } from '../access/needs.ts';
import { HttpSettings } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { toPage } from '../schemas.ts';
import { toHandoverBody } from './handover-mapping.ts';
import { listHandovers, takeStatus } from './handover.schema.ts';
import { rawBodyOf } from './raw-body.ts';

const STATUS_OF: Readonly<Record<string, number>> = {
  'handover.unknownTarget': 404,
  'handover.unknownReference': 404,
  'handover.denied': 401,
  'handover.replayed': 409,
  'handover.unreadable': 422,
};

@Controller('api/v1')
export class HandoverController {
  readonly #failures: AttemptLimiter;

  constructor(
    @Inject(HandoverRecords) private readonly records: HandoverRecords,
    @Inject(HandoverInbox) private readonly inbox: HandoverInbox,
    @Inject(HttpSettings) settings: HttpSettings,
    @Inject(Clock) clock: Clock,
  ) {
    // As with the token of the API: a system with an old secret tries again and again.
    this.#failures = new AttemptLimiter(clock, settings.limits.failedLogins * 10, settings.limits.failedLoginWindowMs);
  }

  @Get('handovers')
  @Needs('handovers.read')
  @Operation(listHandovers)
  async list(
    @Input() { query }: InputOf<typeof listHandovers>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof listHandovers>> {
    const { job, problem, ...rest } = query;
    const filter = {
      ...rest,
      ...(job !== undefined && { jobId: job }),
      ...(problem !== undefined && { hasProblem: problem }),
      ...(departments && { departments }),
    };
    return toPage(await this.records.list(filter), toHandoverBody);
  }

  @Post('handover/:target/status')
  @Open()
  @Operation(takeStatus)
  async take(
    @Input() { params: { target } }: InputOf<typeof takeStatus>,
    @Req() request: FastifyRequest,
  ): Promise<AnswerOf<typeof takeStatus>> {
    const waitMs = this.#failures.waitMs(request.ip);
    if (waitMs > 0) throw tooManyFailures(waitMs);
    const { authorization, 'stadtfunk-signature': signature } = request.headers;
    const taken = await this.inbox.receive(target, {
      body: rawBodyOf(request),
      ...(authorization !== undefined && { authorization }),
      ...(typeof signature === 'string' && { signature }),
    });
    if (taken.ok) return { outcome: taken.value };
    const { code, detail } = taken.error;
    if (code === 'handover.denied') this.#failures.fail(request.ip);
    throw new Problem(STATUS_OF[code] ?? 422, code, detail);
  }
}
