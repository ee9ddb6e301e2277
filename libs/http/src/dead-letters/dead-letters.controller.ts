import { Controller, Get, Inject, Post } from '@nestjs/common';
import { type Departments as Of, DeviceRegistry } from '@stadtfunk/devices';
import { DeadLetterOffice, type LetterChoice, MOST_MOVED } from '@stadtfunk/ingest';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { toPage } from '../schemas.ts';
import { toLetterBody, toLetterDetail, toQuarantineBody } from './dead-letter-mapping.ts';
import {
  discardDeadLetter,
  discardDeadLetters,
  listDeadLetters,
  listQuarantine,
  retryDeadLetter,
  retryDeadLetters,
  showDeadLetter,
} from './dead-letter.schema.ts';
import { ownLetter } from './own-letter.ts';

@Controller('api/v1')
export class DeadLettersController {
  constructor(
    @Inject(DeadLetterOffice) private readonly office: DeadLetterOffice,
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
  ) {}

  @Get('dead-letters')
  @Needs('quality.read')
  @Operation(listDeadLetters)
  async list(
    @Input() { query }: InputOf<typeof listDeadLetters>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof listDeadLetters>> {
    const { device, ...filter } = query;
    const page = await this.office.list({
      ...filter,
      ...(device !== undefined && { deviceId: device }),
      ...(departments && { departments }),
    });
    return toPage(page, toLetterBody);
  }

  @Post('dead-letters/retry')
  @Needs('quality.repair')
  @Operation(retryDeadLetters)
  async retryAll(
    @Input() { body }: InputOf<typeof retryDeadLetters>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof retryDeadLetters>> {
    const retried = await this.office.retry(choiceOf(body, departments));
    return { retried, more: retried === MOST_MOVED };
  }

  @Post('dead-letters/discard')
  @Needs('quality.repair')
  @Operation(discardDeadLetters)
  async discardAll(
    @Input() { body }: InputOf<typeof discardDeadLetters>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof discardDeadLetters>> {
    const discarded = await this.office.discard(choiceOf(body, departments));
    return { discarded, more: discarded === MOST_MOVED };
  }

  @Get('dead-letters/:letterId')
  @Needs('quality.read')
  @Operation(showDeadLetter)
  async show(
    @Input() { params }: InputOf<typeof showDeadLetter>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof showDeadLetter>> {
    return toLetterDetail(await this.#find(params.letterId, departments));
  }

  @Post('dead-letters/:letterId/retry')
  @Needs('quality.repair')
  @Operation(retryDeadLetter)
  async retry(
    @Input() { params }: InputOf<typeof retryDeadLetter>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof retryDeadLetter>> {
    const { letterId } = await this.#find(params.letterId, departments);
    if ((await this.office.retry({ letterIds: [letterId] })) === 0) throw await this.#notOpen(letterId);
    return toLetterBody(await this.#find(letterId));
  }

  @Post('dead-letters/:letterId/discard')
  @Needs('quality.repair')
  @Operation(discardDeadLetter)
  async discard(
    @Input() { params }: InputOf<typeof discardDeadLetter>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof discardDeadLetter>> {
    const { letterId } = await this.#find(params.letterId, departments);
    if ((await this.office.discard({ letterIds: [letterId] })) === 0) throw await this.#notOpen(letterId);
    return toLetterBody(await this.#find(letterId));
  }

  @Get('quarantine')
  @Needs('quality.read')
  @Operation(listQuarantine)
  async quarantine(
    @Input() { query }: InputOf<typeof listQuarantine>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof listQuarantine>> {
    const { device, ...filter } = query;
    const page = await this.office.listQuarantined({
      ...filter,
      ...(device !== undefined && { deviceId: device }),
      ...(departments && { departments }),
    });
    return toPage(page, toQuarantineBody);
  }

  #find(letterId: string, departments: Of = null) {
    return ownLetter(this.office, this.registry, letterId, departments);
  }

  async #notOpen(letterId: string): Promise<Problem> {
    const { state } = await this.#find(letterId);
    return new Problem(409, 'letter.notOpen', `the dead letter '${letterId}' is ${state}; only open ones can be moved`);
  }
}

function choiceOf({ code, device }: InputOf<typeof retryDeadLetters>['body'], departments: Of): LetterChoice {
  return { code, ...(device !== undefined && { deviceId: device }), ...(departments && { departments }) };
}
