import { Controller, Inject, Post, Req } from '@nestjs/common';
import { Backtester, documentOf } from '@stadtfunk/backtest';
import type { FastifyRequest } from 'fastify';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { toBacktestRequest, toProblem } from './backtest-mapping.ts';
import { runBacktest } from './backtest.schema.ts';

@Controller('api/v1/rules')
export class BacktestController {
  constructor(@Inject(Backtester) private readonly backtester: Backtester) {}

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
