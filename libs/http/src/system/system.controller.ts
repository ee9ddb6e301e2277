import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Open } from '../access/needs.ts';
import { type HealthCheck, HttpLog, HttpSettings } from '../http-options.ts';
import { OpenApiDocument } from '../openapi.ts';
import { type AnswerOf, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { runCheck } from './run-check.ts';
import { showLive, showMetrics, showOpenApi, showReady } from './system.schema.ts';

@Controller()
export class SystemController {
  constructor(
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(OpenApiDocument) private readonly document: OpenApiDocument,
    @Inject(HttpLog) private readonly log: HttpLog,
  ) {}

  @Get('health/live')
  @Open()
  @Operation(showLive)
  live(): AnswerOf<typeof showLive> {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Open()
  @Operation(showReady)
  async ready(): Promise<AnswerOf<typeof showReady>> {
    const checks = await Promise.all(this.settings.checks.map((check) => this.#run(check)));
    const missing = checks.filter(({ ok }) => !ok).map(({ name }) => name);
    if (missing.length > 0) throw new Problem(503, 'server.notReady', `missing: ${missing.join(', ')}`, { checks });
    const notices = [...(await this.settings.notices())];
    return { status: 'ok', checks, ...(notices.length > 0 && { notices }) };
  }

  @Get('metrics')
  @Open()
  @Operation(showMetrics)
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const { contentType, text } = await this.settings.metrics();
    await reply.type(contentType).send(text);
  }

  @Get('api/openapi.json')
  @Open()
  @Operation(showOpenApi)
  openApi(): AnswerOf<typeof showOpenApi> {
    return this.document.content;
  }

  /** What went wrong in detail is for the log: whoever may ask for health need not learn addresses of servers. */
  async #run(check: HealthCheck) {
    const { name } = check;
    const reason = await runCheck(check, this.settings.limits.checkTimeoutMs);
    if (reason !== null) this.log.warn({ check: name, reason }, 'not ready');
    return { name, ok: reason === null };
  }
}
