import type { Asset } from '@stadtfunk/devices';
import { HANDOVER_FILE_SCHEMA, plannedRequests, secretNames } from '@stadtfunk/handover';
import type { Job } from '@stadtfunk/maintenance';
import { readHandoverFile } from '@stadtfunk/platform';
import type { Command } from 'commander';
import { printJson, printLine, printTable } from './output.ts';

interface Options {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

const CREATED_AT = Date.UTC(2026, 10, 21, 12);
/** A job as the default rules make them. */
const SAMPLE: Job = {
  jobId: '0d3c7c1e-5f2a-4c57-9c1d-3a0f6f7e2b11',
  number: 4711,
  kind: 'waste.empty',
  title: { de: 'Behälter leeren', en: 'Empty the container' },
  department: 'waste',
  crew: null,
  assetId: 'bin-0815',
  deviceId: 'sensor-0815',
  priority: 'normal',
  state: 'open',
  assignee: null,
  waitingFor: null,
  tags: [],
  createdAt: CREATED_AT,
  dueAt: CREATED_AT + 24 * 3_600_000,
  overdueAt: null,
  closedAt: null,
  evidence: null,
  unprovenAt: null,
  alertIds: [],
  version: 1,
};

const BIN: Asset = {
  assetId: 'bin-0815',
  type: 'WasteContainer',
  name: 'Glascontainer Marktplatz',
  location: { type: 'Point', coordinates: [8.9167, 50.1331] },
  district: 'Innenstadt',
  address: { streetAddress: 'Am Markt 1', postalCode: '63450', addressLocality: 'Hanau' },
  department: null,
  attributes: {},
};

export function handoverCommands(program: Command): void {
  const handover = program
    .command('handover')
    .description('work with the file that says which jobs go to other systems');
  handover
    .command('check')
    .description(
      'check a hand-over file; names line and what was expected, and the environment variables that it needs',
    )
    .argument('<file>', 'YAML file')
    .option('--dry-run', 'print what would be sent for a sample job; nothing leaves this machine')
    .option('--json', 'print JSON')
    .action(async (file: string, { json, dryRun }: Options) => {
      const { targets } = await readHandoverFile(file);
      const found = targets.map((target) => ({
        target: target.id,
        kind: target.kind,
        variables: secretNames(target).map((name) => ({ name, isSet: (process.env[name] ?? '') !== '' })),
        ...(dryRun && { requests: plannedRequests(target, SAMPLE, BIN, process.env['PUBLIC_URL'] ?? null) }),
      }));
      if (json) return printJson({ ok: true, targets: found });
      for (const { target, kind, variables, requests } of found) {
        printLine(`${target}  ${kind}`);
        printTable(variables.map(({ name, isSet }) => [`  ${name}`, isSet ? 'is set' : 'is not set']));
        for (const { method, url, headers, body } of requests ?? []) {
          printLine(`\n  ${method} ${url}`);
          for (const [name, value] of Object.entries(headers)) printLine(`  ${name}: ${value}`);
          printLine(indented(JSON.stringify(body, null, 2)));
        }
      }
      printLine(`${targets.length} ${targets.length === 1 ? 'target is' : 'targets are'} fine`);
    });
  handover
    .command('schema')
    .description('print the JSON Schema of hand-over files, for editors')
    .action(() => printJson(HANDOVER_FILE_SCHEMA));
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}
