import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HistoryBacktester } from '@stadtfunk/backtest';
import type { Config } from '@stadtfunk/config';
import { ScryptPasswordHasher } from '@stadtfunk/credentials';
import { findModel, MODELS } from '@stadtfunk/device-catalog';
import { createHttpApp, tokenVerifier, type HttpApp, type SystemOptions } from '@stadtfunk/http';
import type { TargetPlan } from '@stadtfunk/handover';
import type { Ledger } from '@stadtfunk/ingest';
import type { Organisation } from '@stadtfunk/organisation';
import {
  PostgresDataQuality,
  PostgresDeviceRegistry,
  PostgresDeviceRhythms,
  PostgresRegistryBatch,
  PostgresRegistrySearch,
  PostgresKeyFigures,
  PostgresRuleVersions,
  PostgresShadowAlerts,
  PostgresSituation,
} from '@stadtfunk/postgres';
import type { RuleBook } from '@stadtfunk/rules';
import { ForecastFillLevels } from '@stadtfunk/tours';
import type { UplinkLog } from '@stadtfunk/uplinks';
import { consoleOptions } from './console-options.ts';
import { accountsOf } from './accounts.ts';
import { handoverInbox } from './handover.ts';
import type { Records } from './records.ts';
import { schedulesOf } from './schedules.ts';
import type { ApiSecrets } from './secrets.ts';

export interface ApiParts {
  readonly config: Config;
  readonly system: SystemOptions;
  readonly secrets: ApiSecrets;
  readonly records: Records;
  readonly ledger: Ledger;
  /** Where raw uplinks are looked up. */
  readonly uplinkLog: UplinkLog;
  readonly rules: RuleBook;
  readonly organisation: Organisation;
  readonly handovers: readonly TargetPlan[];
  /** Devices or assets were changed through this API. */
  readonly onDirectoryChange: () => Promise<void>;
}

/** The role `api`: REST, live events, the console. */
export async function createApi(parts: ApiParts): Promise<HttpApp> {
  const { config, system, secrets, records, ledger, uplinkLog, rules, organisation, handovers, onDirectoryChange } =
    parts;
  const inbox = handoverInbox(handovers, records, system.clock);
  return createHttpApp({
    ...system,
    verifyToken: tokenVerifier(secrets.token),
    sessionSecret: secrets.sessionKey,
    accounts: accountsOf(config, records.database, system.clock),
    deviceRegistry: new PostgresDeviceRegistry(records.database, onDirectoryChange),
    registrySearch: new PostgresRegistrySearch(records.database),
    registryBatch: new PostgresRegistryBatch(records.database, onDirectoryChange),
    uplinkLog,
    dataQuality: new PostgresDataQuality(records.database),
    deviceRhythms: new PostgresDeviceRhythms(records.database),
    telemetryStore: records.telemetry.store,
    maintenanceStore: records.maintenance,
    alertSuppressions: records.suppressions,
    deadLetterOffice: records.office,
    photoStore: records.photos,
    keyFigures: new PostgresKeyFigures(records.database),
    situation: new PostgresSituation(records.database),
    tourStore: records.tours,
    fillLevels: new ForecastFillLevels(records.telemetry.store, system.clock, config.ZONE),
    outbox: records.outbox,
    handoverRecords: records.handovers,
    ...(inbox && { handoverInbox: inbox }),
    schedules: schedulesOf(config, handovers),
    scheduleRecords: records.scheduleRecords,
    ledger,
    organisation,
    routedJobs: records.routedJobs,
    escalationRecords: records.escalations,
    passwordHasher: new ScryptPasswordHasher(),
    ruleBook: rules,
    ruleVersions: new PostgresRuleVersions(records.database),
    shadowAlerts: new PostgresShadowAlerts(records.database),
    backtester: new HistoryBacktester({
      registry: records.registry,
      telemetry: records.telemetry.store,
      active: () => rules.sources(),
      calendar: { zone: config.ZONE, federalState: config.FEDERAL_STATE },
      clock: system.clock,
      takeTurns: () => new Promise((turn) => setImmediate(turn)),
    }),
    models: { list: () => MODELS, find: findModel },
    secureCookies: config.PUBLIC_URL?.startsWith('https:') ?? false,
    uplinkTopic: config.MQTT_UPLINK_TOPIC,
    zone: config.ZONE,
    console: consoleOptions(config),
    consoleDirectory: consoleDirectory(),
  });
}

/** The built console lies beside this program in `dist`; a test that runs from the sources has none. */
function consoleDirectory(): string | null {
  const directory = fileURLToPath(new URL('./console', import.meta.url));
  return existsSync(join(directory, 'index.html')) ? directory : null;
}
