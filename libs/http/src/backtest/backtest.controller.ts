import { Controller, Get, Inject, Post, Req } from '@nestjs/common';
import { Backtester, documentOf } from '@stadtfunk/backtest';
import type { FastifyRequest } from 'fastify';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { isoOf } from '../schemas.ts';
import { toBacktestRequest, toProblem } from './backtest-mapping.ts';
import { listBacktests, runBacktest } from './backtest.schema.ts';

@Controller('api/v1/rules')
export class BacktestController {
  constructor(@Inject(Backtester) private readonly backtester: Backtester) {}

  @Get('backtest')
  @Needs('rules.write')
  @Operation(listBacktests)
  progress(): AnswerOf<typeof listBacktests> {
    const items = this.backtester.progress().map(({ from, to, startedAt, readings, share }) => {
      return { from: isoOf(from), to: isoOf(to), startedAt: isoOf(startedAt), readings, share };
    });
    return { items };
  }

  @Post('backtest')
  @Needs('rules.write', 'everywhere')
  @Operation(runBacktest)
  async run(
    @Input() { body }: InputOf<typeof runBacktest>,
    @Req() request: FastifyRequest,
  ): Promise<AnswerOf<typeof runBacktest>> {
    const { socket } = request.raw;
    const gone = new AbortController();
    const leave = () => gone.abort();
    socket.once('close', leave);
    if (socket.destroyed) leave();
    try {
      const outcome = await this.backtester.run(toBacktestRequest(body), gone.signal);
      if (!outcome.ok) throw toProblem(outcome.error);
      return documentOf(outcome.value);
    } finally {
      socket.off('close', leave);
    }
  }
}
