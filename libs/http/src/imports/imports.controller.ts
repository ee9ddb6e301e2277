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
import { readUpload } from '../upload.ts';
import { type ImportKind, templateOf } from './columns.ts';
import { importFile, showTemplate } from './import.schema.ts';
import { ImportFile, MOST_BYTES } from './import-file.ts';
import { type ImportCheck, type ImportProgress, ImportRun } from './import-run.ts';
import { MOST_NEW_DEVICES } from './import-tally.ts';

const HASHES_AT_ONCE = 4;

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
  import(
    @Input() { params: { kind }, query: { apply } }: InputOf<typeof importFile>,
    @Req() request: FastifyRequest,
  ): Promise<AnswerOf<typeof importFile>> {
    return this.#turns.run(() => this.#import(kind, apply === 'true', request));
  }

  async #import(kind: ImportKind, isApplied: boolean, request: FastifyRequest): Promise<AnswerOf<typeof importFile>> {
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
    return { ...report, applied: true, credentials: await this.#write(run, check) };
  }

  /** As it was checked: what was changed meanwhile has to be looked at first. What is written by then stays. */
  async #write(run: ImportRun, check: ImportCheck) {
    const { newDevices } = check.tally;
    const passwords = await this.#passwords(newDevices);
    const hashes = new Map([...passwords].map(([deviceId, { hash }]) => [deviceId, hash]));
    const progress: ImportProgress = { written: 0, registered: [] };
    const credentials = () => {
      const registered = new Set(progress.registered);
      return newDevices
        .filter(({ deviceId }) => registered.has(deviceId))
        .map((device) => toCredentials(device, passwords.get(device.deviceId)!.password, this.settings.uplinkTopic));
    };
    let isWritten: boolean;
    try {
      isWritten = await run.write(check, hashes, progress);
    } catch (thrown) {
      if (progress.written === 0) throw thrown;
      this.log.error({ written: progress.written, reason: messageOf(thrown) }, 'an import was interrupted');
      throw interrupted(503, 'import.interrupted', 'the import was interrupted', progress, credentials());
    }
    if (isWritten) return credentials();
    throw interrupted(409, 'import.outdated', 'something was changed meanwhile; look again', progress, credentials());
  }

  async #passwords(newDevices: ImportCheck['tally']['newDevices']) {
    if (newDevices.length > MOST_NEW_DEVICES) {
      const detail = `the file has more than ${MOST_NEW_DEVICES} new devices; divide it`;
      throw new Problem(413, 'import.tooManyDevices', detail);
    }
    const made = new Map<string, { readonly password: string; readonly hash: string }>();
    for (let at = 0; at < newDevices.length; at += HASHES_AT_ONCE) {
      await Promise.all(
        newDevices.slice(at, at + HASHES_AT_ONCE).map(async ({ deviceId }) => {
          const password = this.passwords.generate();
          made.set(deviceId, { password, hash: await this.passwords.hash(password) });
        }),
      );
    }
    return made;
  }
}

/** The passwords of devices that are registered by now are told also then: nobody could ask for them later. */
function interrupted(
  status: number,
  code: string,
  why: string,
  { written }: ImportProgress,
  credentials: readonly ReturnType<typeof toCredentials>[],
): Problem {
  const detail = written === 0 ? why : `${why}. ${written} rows are written, and the same file again takes the rest`;
  return new Problem(status, code, detail, { written, credentials });
}
