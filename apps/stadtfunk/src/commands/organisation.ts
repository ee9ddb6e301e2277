import { readFile } from 'node:fs/promises';
import { ASSET_TYPES, DEFAULT_DEPARTMENT } from '@stadtfunk/devices';
import { localTime, messageOf } from '@stadtfunk/kernel';
import { JOB_PRIORITIES, SEVERITIES } from '@stadtfunk/maintenance';
import {
  dutiesFrom,
  ORGANISATION_FILE_SCHEMA,
  planJob,
  readOrganisation,
  type Organisation,
} from '@stadtfunk/organisation';
import { organisationSource, settings, UserError } from '@stadtfunk/platform';
import { describeProblem } from '@stadtfunk/yaml';
import { Option, type Command } from 'commander';
import { askApi } from '../api-client.ts';
import { printJson, printLine, printTable } from './output.ts';

interface RouteOptions {
  readonly type?: (typeof ASSET_TYPES)[number];
  readonly district?: string;
  readonly severity: (typeof SEVERITIES)[number];
  readonly kind: string;
  readonly priority: (typeof JOB_PRIORITIES)[number];
  readonly department?: string;
  readonly at?: string;
  readonly file?: string;
  readonly last?: string;
  readonly json?: boolean;
}

const FILE = 'default: ORGANISATION_FILE, or the bundled organisation';
/** Whom a device without an asset belongs to. */
const DEVICE_DEPARTMENT = 'iot';

export function organisationCommands(program: Command): void {
  const organisation = program.command('organisation').description('work with the file that says how the city works');
  organisation
    .command('check')
    .description('check an organisation; names line and what was expected')
    .argument('[file]', FILE)
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, { json }: { json?: boolean }) => {
      const read = await readFrom(file);
      const problems = read.ok ? [] : read.error;
      if (json) printJson({ ok: read.ok, problems, version: read.ok ? read.value.version : null });
      else {
        for (const problem of problems) printLine(describeProblem(problem));
        if (read.ok) printDepartments(read.value);
        printLine(read.ok ? `${read.value.departments.size} departments, all fine` : `${problems.length} problems`);
      }
      if (!read.ok) process.exitCode = 1;
    });
  organisation
    .command('route')
    .description(
      'where a job would go and until when it would be due; with --last which of the last jobs would go elsewhere',
    )
    .addOption(new Option('--type <type>', 'type of the asset').choices(ASSET_TYPES))
    .option('--district <name>', 'district of the asset')
    .addOption(new Option('--severity <severity>', 'of the alert').choices(SEVERITIES).default('major'))
    .option('--kind <kind>', 'kind of the job', 'repair')
    .addOption(new Option('--priority <priority>', 'of the job').choices(JOB_PRIORITIES).default('normal'))
    .option('--department <id>', "whom the rule or the asset names (default: that of the asset's type)")
    .option('--at <time>', 'when the problem becomes known, ISO 8601 (default: now)')
    .option('--file <file>', FILE)
    .option('--last <number>', 'asks the running platform about so many jobs, the newest')
    .option('--json', 'print JSON')
    .action(route);
  organisation
    .command('on-call')
    .description('who is on call, one after the other')
    .argument('[file]', FILE)
    .option('--at <time>', 'from this moment on, ISO 8601 (default: now)')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, { at, json }: { at?: string; json?: boolean }) => {
      const read = await sound(file);
      const rotas = [...read.rotas.values()].map((rota) => ({ rota, duties: dutiesFrom(rota, momentOf(at), 5) }));
      if (json) return printJson(rotas.map(({ rota: { rotaId }, duties }) => ({ rotaId, duties: duties.map(inIso) })));
      for (const { rota, duties } of rotas) {
        printLine(rota.rotaId);
        printTable(
          duties.map(({ personId, from, until, isOverride }) => [
            `  ${read.people.get(personId)?.name ?? personId}`,
            clockText(from, rota.zone),
            clockText(until, rota.zone),
            isOverride ? 'stands in' : '',
          ]),
        );
      }
    });
  organisation
    .command('schema')
    .description('print the JSON Schema of the file, for editors')
    .action(() => printJson(ORGANISATION_FILE_SCHEMA));
}

async function route(options: RouteOptions): Promise<void> {
  if (options.last !== undefined) return routeLast(options, Number(options.last));
  const organisation = await sound(options.file);
  const { type = null, district = null, severity, kind, priority } = options;
  const department = options.department ?? (type === null ? DEVICE_DEPARTMENT : DEFAULT_DEPARTMENT[type]);
  const facts = { type, district, severity, kind, priority, department };
  const planned = planJob(organisation, facts, momentOf(options.at), null);
  const dueAt = planned.dueAt === null ? null : new Date(planned.dueAt).toISOString();
  if (options.json) return printJson({ ...planned, dueAt });
  const why = (line: number | null, otherwise: string) => (line === null ? otherwise : `${organisation.file}:${line}`);
  const due = planned.dueAt === null ? '-' : clockText(planned.dueAt, organisation.zone);
  printTable([
    ['department', planned.department, why(planned.routeLine, 'whom the rule or the asset names')],
    ['crew', planned.crew ?? '-', ''],
    ['due', due, why(planned.serviceLevelLine, 'when its rule says')],
  ]);
}

interface DryRun {
  readonly last: {
    readonly looked: number;
    readonly delegated: number;
    readonly moved: readonly { readonly number: number; readonly from: Destination; readonly to: Destination }[];
  };
}

interface Destination {
  readonly department: string;
  readonly crew: string | null;
}

async function routeLast({ file, json }: RouteOptions, last: number): Promise<void> {
  if (!Number.isInteger(last) || last < 1 || last > 1_000) throw new UserError('--last is a number from 1 to 1000', 2);
  if (file !== undefined) await sound(file);
  const text = file === undefined ? {} : { file: await readFile(file, 'utf8').catch(unreadable) };
  const answer = (await askApi(settings(), 'POST', '/api/v1/routing/dry-run', { ...text, last })) as DryRun;
  if (json) return printJson(answer.last);
  const place = ({ department, crew }: Destination) => (crew === null ? department : `${department}/${crew}`);
  printTable(answer.last.moved.map(({ number, from, to }) => [`job ${number}`, place(from), '->', place(to)]));
  const { moved, looked, delegated } = answer.last;
  printLine(`${moved.length} of the last ${looked} jobs would go elsewhere`);
  if (delegated > 0) printLine(`${delegated} of them were handed over by people since, and are left out`);
}

function printDepartments({ departments }: Organisation): void {
  printTable(
    [...departments.values()].map(({ departmentId, name, crews }) => {
      return [departmentId, name.de, name.en, crews.map(({ crewId }) => crewId).join(', ')];
    }),
  );
}

async function readFrom(file: string | undefined) {
  const { ORGANISATION_FILE, ZONE, FEDERAL_STATE } = settings();
  const source = await organisationSource(file ?? ORGANISATION_FILE);
  return readOrganisation(source, { zone: ZONE, federalState: FEDERAL_STATE });
}

async function sound(file: string | undefined): Promise<Organisation> {
  const read = await readFrom(file);
  if (read.ok) return read.value;
  throw new UserError(['the organisation is broken', ...read.error.map(describeProblem)].join('\n  '), 1);
}

function unreadable(thrown: unknown): never {
  throw new UserError(`cannot read the organisation: ${messageOf(thrown)}`, 2);
}

function momentOf(text: string | undefined): number {
  const time = text === undefined ? Date.now() : Date.parse(text);
  if (Number.isNaN(time)) throw new UserError('--at is not a time such as 2026-11-22T08:00+01:00', 2);
  return time;
}

/** What the clocks of the zone show. */
function clockText(time: number, zone: string): string {
  return new Date(localTime(time, zone)).toISOString().slice(0, 16).replace('T', ' ');
}

function inIso<T extends { readonly from: number; readonly until: number }>(duty: T): object {
  return { ...duty, from: new Date(duty.from).toISOString(), until: new Date(duty.until).toISOString() };
}
