import { Controller, Get, Inject, Post } from '@nestjs/common';
import { DeadLetterOffice } from '@stadtfunk/ingest';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found, Problem } from '../problem.ts';
import { toPage } from '../schemas.ts';
import { toLetterBody, toLetterDetail, toQuarantineBody } from './dead-letter-mapping.ts';
import {
  discardDeadLetter,
  listDeadLetters,
  listQuarantine,
  retryDeadLetter,
  retryDeadLetters,
  showDeadLetter,
} from './dead-letter.schema.ts';

@Controller('api/v1')
export class DeadLettersController {
  constructor(@Inject(DeadLetterOffice) private readonly office: DeadLetterOffice) {}

  @Get('dead-letters')
  @Needs('quality.read', 'everywhere')
  @Operation(listDeadLetters)
  async list(@Input() { query }: InputOf<typeof listDeadLetters>): Promise<AnswerOf<typeof listDeadLetters>> {
    const { device, ...filter } = query;
    const page = await this.office.list({ ...filter, ...(device === undefined ? {} : { deviceId: device }) });
    return toPage(page, toLetterBody);
  }

  @Post('dead-letters/retry')
  @Needs('quality.repair', 'everywhere')
  @Operation(retryDeadLetters)
  async retryAll(@Input() { body }: InputOf<typeof retryDeadLetters>): Promise<AnswerOf<typeof retryDeadLetters>> {
    return { retried: await this.office.retry({ code: body.code }) };
  }

  @Get('dead-letters/:letterId')
  @Needs('quality.read', 'everywhere')
  @Operation(showDeadLetter)
  async show(@Input() { params }: InputOf<typeof showDeadLetter>): Promise<AnswerOf<typeof showDeadLetter>> {
    return toLetterDetail(await this.#find(params.letterId));
  }

  @Post('dead-letters/:letterId/retry')
  @Needs('quality.repair', 'everywhere')
  @Operation(retryDeadLetter)
  async retry(@Input() { params }: InputOf<typeof retryDeadLetter>): Promise<AnswerOf<typeof retryDeadLetter>> {
    const { letterId } = await this.#find(params.letterId);
    if ((await this.office.retry({ letterIds: [letterId] })) === 0) throw await this.#notOpen(letterId);
    return toLetterBody(await this.#find(letterId));
  }

  @Post('dead-letters/:letterId/discard')
  @Needs('quality.repair', 'everywhere')
  @Operation(discardDeadLetter)
  async discard(@Input() { params }: InputOf<typeof discardDeadLetter>): Promise<AnswerOf<typeof discardDeadLetter>> {
    const { letterId } = await this.#find(params.letterId);
    if (!(await this.office.discard(letterId))) throw await this.#notOpen(letterId);
    return toLetterBody(await this.#find(letterId));
  }

  @Get('quarantine')
  @Needs('quality.read', 'everywhere')
  @Operation(listQuarantine)
  async quarantine(@Input() { query }: InputOf<typeof listQuarantine>): Promise<AnswerOf<typeof listQuarantine>> {
    const { device, ...filter } = query;
    const page = await this.office.listQuarantined({
      ...filter,
      ...(device === undefined ? {} : { deviceId: device }),
    });
    return toPage(page, toQuarantineBody);
  }

  async #find(letterId: string) {
    return found(await this.office.find(letterId), 'letter', letterId);
  }

  async #notOpen(letterId: string): Promise<Problem> {
    const { state } = await this.#find(letterId);
    return new Problem(409, 'letter.notOpen', `the dead letter '${letterId}' is ${state}; only open ones can be moved`);
  }
}
