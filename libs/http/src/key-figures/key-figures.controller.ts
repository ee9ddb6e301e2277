import { Controller, Get, Inject, Res } from '@nestjs/common';
import { Clock, DAY_MS } from '@stadtfunk/kernel';
import { type KeyFigureGroup, KeyFigureSource } from '@stadtfunk/maintenance';
import type { FastifyReply } from 'fastify';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { HttpSettings } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { keyFiguresCsv, toKeyFiguresBody } from './key-figure-mapping.ts';
import { downloadKeyFigures, listKeyFigures } from './key-figure.schema.ts';

const LONGEST_MS = 5 * 366 * DAY_MS;

interface Period {
  readonly from: number;
  readonly to: number;
  readonly by: KeyFigureGroup;
}

@Controller('api/v1')
export class KeyFiguresController {
  constructor(
    @Inject(KeyFigureSource) private readonly source: KeyFigureSource,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get('key-figures')
  @Needs('keyFigures.read')
  @Operation(listKeyFigures)
  async list(
    @Input() { query }: InputOf<typeof listKeyFigures>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof listKeyFigures>> {
    return { items: (await this.#ask(query, departments)).map(toKeyFiguresBody), next: null };
  }

  @Get('key-figures.csv')
  @Needs('keyFigures.read')
  @Operation(downloadKeyFigures)
  async download(
    @Input() { query: { language, ...query } }: InputOf<typeof downloadKeyFigures>,
    @Departments() departments: readonly string[] | null,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const table = keyFiguresCsv(await this.#ask(query, departments), language);
    await reply
      .header('content-disposition', `attachment; filename="key-figures-by-${query.by}.csv"`)
      .type('text/csv; charset=utf-8')
      .send(table);
  }

  #ask({ from, to, by }: Period, departments: readonly string[] | null) {
    if (to <= from || to - from > LONGEST_MS) {
      throw new Problem(422, 'period.invalid', `'to' must be after 'from', by five years at the most`);
    }
    const { zone } = this.settings;
    return this.source.list({ from, to, by, zone, now: this.clock.now(), ...(departments && { departments }) });
  }
}
