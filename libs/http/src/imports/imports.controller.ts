import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { PasswordHasher, RegistryBatch } from '@stadtfunk/devices';
import { messageOf } from '@stadtfunk/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { toCredentials } from '../devices/device-mapping.ts';
import { HttpLog, HttpSettings, ModelCatalogue } from '../http-options.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { problemOf } from '../problem.filter.ts';
import { readUpload } from '../upload.ts';
import { type ImportKind, templateOf } from './columns.ts';
import { makePasswords } from './device-passwords.ts';
import { importFile, showTemplate } from './import.schema.ts';
import { ImportFile, MOST_BYTES } from './import-file.ts';
import { JsonLines, LINES } from './import-lines.ts';
import { type ImportCheck, ImportRun } from './import-run.ts';

/**
 * Of which all passwords are told at the end: each takes some 10 ms of a core, and of an answer that never comes, because a proxy has
 * waited long enough, they would be lost. Lines that are sent meanwhile take as many as there are rows.
 */
const MOST_NEW_AT_THE_END = 2_000;

type Report = AnswerOf<typeof importFile>;
type Credentials = ReturnType<typeof toCredentials>;

@Controller('api/v1/imports')
export class ImportsController {
  /** One at a time: each has the bytes of its file, and rows that two write at once would only be in each other's way. */
  readonly #turns = new OneAtATime(1, 'import.busy', 'somebody else is importing a file; try again');

  constructor(
    @Inject(RegistryBatch) private readonly batch: RegistryBatch,
    @Inject(PasswordHasher) private readonly passwords: PasswordHasher,
    @Inject(ModelCatalogue) private readonly models: ModelCatalogue,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(HttpLog) private readonly log: HttpLog,
  ) {}

  @Get(':kind/template')
  @Operation(showTemplate)
  @Needs('imports.write')
  template(
    @Input() { params: { kind }, query: { language } }: InputOf<typeof showTemplate>,
    @Res() reply: FastifyReply,
  ): void {
    void reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="stadtfunk-${kind}.csv"`)
      .send(templateOf(kind, language));
  }

  @Post(':kind')
  @Operation(importFile)
  @Needs('imports.write')
  async import(
    @Input() { params: { kind }, query: { apply } }: InputOf<typeof importFile>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<Report> {
    const report = await this.#turns.run(() => this.#import(kind, apply === 'true', request, reply));
    if (!reply.sent) void reply.send(report);
    return report;
  }

  async #import(kind: ImportKind, isApplied: boolean, request: FastifyRequest, reply: FastifyReply): Promise<Report> {
    const caller = callerOf(request);
    const terms = {
      departments: caller.departments,
      mayCreateDevices: caller.may('devices.password'),
      isModel: (model: string) => this.models.find(model) !== undefined,
    };
    const file = await ImportFile.open(kind, await readUpload(request, MOST_BYTES));
    const { encoding, separator, reader } = file;
    const run = new ImportRun(kind, file, this.batch, terms);
    const check = await run.check();
    const { counts, shown } = check.tally;
    const report = {
      ...{ kind, encoding, separator, columns: [...reader.shown], errors: [...reader.errors] },
      ...{ counts, rows: shown },
    };
    if (!isApplied) return { ...report, applied: false, credentials: [] };
    if (reader.errors.length > 0 || counts.error > 0) {
      throw new Problem(422, 'import.rowErrors', 'rows of the file have errors; nothing was written');
    }
    const isWanted = () => kind !== 'devices' || !reply.raw.destroyed;
    if (request.headers.accept?.includes(LINES)) {
      const lines = new JsonLines(reply);
      return this.#writeAndTell(run, check, isWanted, lines, { ...report, applied: true, credentials: [] });
    }
    if (kind === 'devices' && counts.new > MOST_NEW_AT_THE_END) {
      const detail = `the file has more than ${MOST_NEW_AT_THE_END} new devices; accept ${LINES}, or divide it`;
      throw new Problem(413, 'import.tooManyDevices', detail);
    }
    const credentials: Credentials[] = [];
    await this.#write(run, check, isWanted, async (_written, some) => void credentials.push(...some), credentials);
    return { ...report, applied: true, credentials };
  }

  /** Tells how far it is, and the passwords of what is in, as it goes. */
  async #writeAndTell(
    run: ImportRun,
    check: ImportCheck,
    isWanted: () => boolean,
    lines: JsonLines,
    report: Report,
  ): Promise<Report> {
    const { rows } = check.tally.counts;
    const tell = (written: number, credentials: readonly Credentials[]) =>
      lines.write({ progress: { written, rows }, credentials });
    try {
      await tell(0, []);
      await this.#write(run, check, isWanted, tell, []);
    } catch (thrown) {
      await lines.end({ problem: problemOf(thrown).document });
      throw thrown;
    }
    await lines.end({ report });
    return report;
  }

  /**
   * As it was checked: what was changed meanwhile has to be looked at first. What is written by then stays.
   * @param untold of devices that are registered, and told of by what is thrown
   */
  async #write(
    run: ImportRun,
    check: ImportCheck,
    isWanted: () => boolean,
    onWritten: (written: number, credentials: readonly Credentials[]) => Promise<void>,
    untold: readonly Credentials[],
  ): Promise<void> {
    let written = 0;
    const end = await run
      .write(check, {
        isWanted,
        makePasswords: (count) => makePasswords(this.passwords, count),
        onWritten: (progress) => {
          written = progress.written;
          const { uplinkTopic } = this.settings;
          const credentials = progress.registered.map(({ device, password }) =>
            toCredentials(device, password, uplinkTopic),
          );
          return onWritten(written, credentials);
        },
      })
      .catch((thrown: unknown) => {
        if (written === 0) throw thrown;
        this.log.error({ written, reason: messageOf(thrown) }, 'an import was interrupted');
        throw interrupted(503, 'import.interrupted', 'the import was interrupted', written, untold);
      });
    if (end === 'whole') return;
    if (end === 'outdated') {
      throw interrupted(409, 'import.outdated', 'something was changed meanwhile; look again', written, untold);
    }
    this.log.info({ written }, 'an import ended because nobody waited for it any more');
    throw interrupted(409, 'import.abandoned', 'nobody waited for it any more', written, untold);
  }
}

/** The passwords of devices that are registered by now are told also then: nobody could ask for them later. */
function interrupted(
  status: number,
  code: string,
  why: string,
  written: number,
  credentials: readonly Credentials[],
): Problem {
  const detail = written === 0 ? why : `${why}. ${written} rows are written, and the same file again takes the rest`;
  return new Problem(status, code, detail, { written, credentials });
}
