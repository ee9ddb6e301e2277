import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { PasswordHasher, RegistryBatch, type RegistryChanges } from '@stadtfunk/devices';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { toCredentials } from '../devices/device-mapping.ts';
import { HttpSettings, ModelCatalogue } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { readUpload } from '../upload.ts';
import { COLUMNS, type ImportKind, OUTCOMES, templateOf } from './columns.ts';
import { readCsv } from './csv.ts';
import { readText } from './csv-text.ts';
import { importFile, showTemplate } from './import.schema.ts';
import { readRows } from './import-rows.ts';
import { type ImportPlan, type ImportTerms, needsOf, planImport } from './plan-import.ts';

const MOST_BYTES = 5 * 1024 * 1024;
const MOST_ROWS = 20_000;
/** Each gets a password, whose hash takes some 10 ms of a core. */
const MOST_NEW_DEVICES = 2_000;
const HASHES_AT_ONCE = 4;
const SHOWN_ROWS = 500;

@Controller('api/v1/imports')
export class ImportsController {
  constructor(
    @Inject(RegistryBatch) private readonly batch: RegistryBatch,
    @Inject(PasswordHasher) private readonly passwords: PasswordHasher,
    @Inject(ModelCatalogue) private readonly models: ModelCatalogue,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
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
  ): Promise<AnswerOf<typeof importFile>> {
    const caller = callerOf(request);
    const terms = {
      departments: caller.departments,
      mayCreateDevices: caller.may('devices.password'),
      isModel: (model: string) => this.models.find(model) !== undefined,
    };
    const { text, encoding } = readText(await readUpload(request, MOST_BYTES));
    const csv = await readCsv(text, MOST_ROWS);
    if (!csv.ok) {
      throw new Problem(csv.error.code === 'csv.tooManyRows' ? 413 : 422, csv.error.code, csv.error.detail);
    }
    const needed = COLUMNS[kind].filter(({ isNeeded }) => isNeeded);
    const table = readRows(kind, csv.value, needed);
    const needs = needsOf(table.rows);
    const plan = await planImport(kind, table, await this.batch.present(needs), terms);
    const report = {
      kind,
      encoding,
      separator: csv.value.separator,
      columns: [...table.columns],
      errors: [...table.errors],
    };
    if (apply === 'false') return { ...report, ...bodyOf(plan), applied: false, credentials: [] };
    if (table.errors.length > 0 || plan.rows.some(({ outcome }) => outcome === 'error')) {
      throw new Problem(422, 'import.rowErrors', 'rows of the file have errors; nothing was written');
    }
    const passwords = await this.#passwords(plan);
    await this.#write(kind, table, plan, passwords, terms);
    const credentials = plan.newDevices.map((device) =>
      toCredentials(device, passwords.get(device.deviceId)?.password ?? '', this.settings.uplinkTopic),
    );
    return { ...report, ...bodyOf(plan), applied: true, credentials };
  }

  /** As it was planned, or not at all: what was changed meanwhile has to be looked at first. */
  async #write(
    kind: ImportKind,
    table: Parameters<typeof planImport>[1],
    plan: ImportPlan,
    passwords: ReadonlyMap<string, { readonly hash: string }>,
    terms: ImportTerms,
  ): Promise<void> {
    if (plan.rows.every(({ outcome }) => outcome === 'unchanged')) return;
    const isWritten = await this.batch.change(
      needsOf(table.rows),
      async (present): Promise<RegistryChanges | undefined> => {
        const now = await planImport(kind, table, present, terms);
        if (JSON.stringify(now.rows) !== JSON.stringify(plan.rows)) return undefined;
        const newDevices = now.newDevices.map((device) => {
          return { device, passwordHash: passwords.get(device.deviceId)?.hash ?? '' };
        });
        return { ...now, newDevices };
      },
    );
    if (!isWritten) throw new Problem(409, 'import.outdated', 'something was changed meanwhile; look again');
  }

  async #passwords({ newDevices }: ImportPlan) {
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

function bodyOf({ rows }: ImportPlan) {
  const counts = { rows: rows.length, new: 0, changed: 0, unchanged: 0, error: 0 };
  for (const { outcome } of rows) counts[outcome]++;
  const order = (outcome: (typeof OUTCOMES)[number]) => ['error', 'changed', 'new', 'unchanged'].indexOf(outcome);
  const shown = [...rows].sort((a, b) => order(a.outcome) - order(b.outcome) || a.line - b.line).slice(0, SHOWN_ROWS);
  return {
    counts,
    rows: shown.map(({ line, id, outcome, changes, errors }) => {
      return { line, id, outcome, changes: changes.map((change) => ({ ...change })), errors: [...errors] };
    }),
  };
}
