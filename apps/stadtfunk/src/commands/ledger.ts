import type { LedgerReport } from '@stadtfunk/ingest';
import type { Command } from 'commander';
import { askApi } from '../api-client.ts';
import { settings } from '@stadtfunk/platform';
import { printJson, printLine, printTable } from './output.ts';

export function ledgerCommand(program: Command): void {
  program
    .command('ledger')
    .description('what became of everything that was received')
    .option('--device <id>', 'of one device')
    .option('--json', 'print JSON')
    .action(async (options: { device?: string; json?: boolean }) => {
      const path = options.device ? `/api/v1/devices/${encodeURIComponent(options.device)}/ledger` : '/api/v1/ledger';
      const report = (await askApi(settings(), 'GET', path)) as LedgerReport;
      const balanced = isBalanced(report);
      if (options.json) printJson(report);
      else printReport(report, balanced);
      if (!balanced) process.exitCode = 1;
    });
}

export function isBalanced({ uplinks, readings }: LedgerReport): boolean {
  return (
    uplinks.received === uplinks.processed + uplinks.rejected + uplinks.waiting &&
    readings.decoded === readings.stored + readings.duplicate + readings.quarantined
  );
}

function printReport({ uplinks, readings, rules }: LedgerReport, balanced: boolean): void {
  printTable([
    ['uplinks received', String(uplinks.received)],
    ['  processed', String(uplinks.processed)],
    ['  rejected', String(uplinks.rejected)],
    ['  waiting', String(uplinks.waiting)],
    ['  waiting for the rules', String(rules.waiting)],
    ['readings decoded', String(readings.decoded)],
    ['  stored', String(readings.stored)],
    ['  duplicate', String(readings.duplicate)],
    ['  quarantined', String(readings.quarantined)],
  ]);
  printLine(balanced ? 'it adds up' : 'IT DOES NOT ADD UP: please report this');
}
