import {
  MemoryAccountStore,
  MemoryAuditLog,
  MemoryOneTimeCodes,
  MemorySessionStore,
  MemorySignInAttempts,
} from '@stadtfunk/accounts/testing';
import { HistoryBacktester } from '@stadtfunk/backtest';
import type { DeviceModel } from '@stadtfunk/device-catalog';
import { departmentOf, PasswordHasher } from '@stadtfunk/devices';
import { Ledger, type LedgerReport, MemoryDataQuality, MemoryIngestRecords } from '@stadtfunk/ingest';
import { ok } from '@stadtfunk/kernel';
import { ManualClock } from '@stadtfunk/kernel/testing';
import type { Alert, Job, Schedule } from '@stadtfunk/maintenance';
import { MemoryHandoverRecords, MemoryScheduleRecords } from '@stadtfunk/maintenance/testing';
import { DEFAULT_ORGANISATION, readOrganisation } from '@stadtfunk/organisation';
import {
  compileRules,
  DEFAULT_RULES,
  DeviceRhythms,
  type DeviceRhythm,
  MemoryRuleVersions,
  RuleBook,
} from '@stadtfunk/rules';
import { ForecastFillLevels } from '@stadtfunk/tours';
import { MemoryUplinkLog } from '@stadtfunk/uplinks';
import { ModelCatalogue } from '../http-options.ts';
import { PlainPasswords } from './plain-passwords.ts';
import { MemoryDeadLetterOffice } from './memory-dead-letter-office.ts';
import { MemoryDeviceRegistry } from './memory-device-registry.ts';
import { MemoryHandoverInbox } from './memory-handover-inbox.ts';
import { MemoryMaintenanceStore } from './memory-maintenance-store.ts';
import { MemoryEscalationRecords, MemoryRoutedJobs } from './memory-organisation.ts';
import { MemoryKeyFigures } from './memory-key-figures.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import { MemoryPhotoStore } from './memory-photo-store.ts';
import { MemorySuppressions } from './memory-suppressions.ts';
import { MemoryReadings } from './memory-readings.ts';
import { MemoryRegistryBatch } from './memory-registry-batch.ts';
import { MemoryRegistrySearch } from './memory-registry-search.ts';
import { MemoryShadowAlerts } from './memory-shadow-alerts.ts';
import { MemorySituation } from './memory-situation.ts';
import { MemoryTourStore } from './memory-tour-store.ts';

const NDDS75: DeviceModel = {
  id: 'dragino-ndds75',
  vendor: 'Dragino',
  name: 'NDDS75',
  format: {
    name: 'dragino-nb-v1',
    title: 'Dragino NB',
    examples: [],
    decode: () => ok({}),
    normalise: () => ({ samples: [], problems: [] }),
    rewrite: (payload) => ok(payload),
  },
  assetTypes: ['WasteContainer'],
  measures: ['distance', 'batteryVoltage', 'csq'],
  reportingIntervalMs: 7_200_000,
  source: 'Dragino NDDS75 manual',
};

class OneModel extends ModelCatalogue {
  override list() {
    return [NDDS75];
  }
  override find(id: string) {
    return [NDDS75.id, NDDS75.format.name].includes(id) ? NDDS75 : undefined;
  }
}

class CountedPasswords extends PasswordHasher {
  #count = 0;
  override generate() {
    return `password-${++this.#count}`;
  }
  override async hash(password: string) {
    return `$twin$${password}`;
  }
}

const NO_READINGS = { decoded: 0, stored: 0, duplicate: 0, quarantined: 0 };

export class FixedLedger extends Ledger {
  report: LedgerReport = {
    uplinks: { received: 12_904, processed: 12_881, rejected: 21, waiting: 2 },
    readings: { decoded: 51_322, stored: 49_870, duplicate: 1_440, quarantined: 12 },
    rules: { waiting: 5 },
  };
  override async total() {
    return this.report;
  }
  override async ofDevice() {
    return {
      uplinks: { received: 3, processed: 3, rejected: 0, waiting: 0 },
      readings: NO_READINGS,
      rules: { waiting: 0 },
    };
  }
}

const CALENDAR = { zone: 'Europe/Berlin', federalState: 'HE' } as const;
/** Once for all tests of a file: it takes a while. */
const BUNDLED = compileRules(DEFAULT_RULES, CALENDAR);

const NIGHTLY: Schedule = { name: 'nightly', recurrence: { every: 'day', hour: 3, minute: 10 }, zone: 'Europe/Berlin' };

const clearerOf = (timer: ReturnType<typeof setTimeout>) => () => clearTimeout(timer);

/** What the rules have learned, as it is put. */
export class MemoryDeviceRhythms extends DeviceRhythms {
  readonly rhythms = new Map<string, DeviceRhythm>();

  override async of(deviceId: string): Promise<DeviceRhythm | undefined> {
    return this.rhythms.get(deviceId);
  }
}

function makeAccounts() {
  const store = new MemoryAccountStore();
  return {
    store,
    sessions: new MemorySessionStore(store),
    codes: new MemoryOneTimeCodes(store),
    attempts: new MemorySignInAttempts(),
    passwords: new PlainPasswords(),
    audit: new MemoryAuditLog(),
  };
}

/** Everything that the API needs, in memory. */
export function makeCity() {
  const clock = new ManualClock();
  const deviceRegistry = new MemoryDeviceRegistry(clock);
  const telemetryStore = new MemoryReadings();
  const maintenanceStore = new MemoryMaintenanceStore(deviceRegistry);
  const organisation = readOrganisation(DEFAULT_ORGANISATION, CALENDAR);
  if (!organisation.ok) throw new Error('the bundled organisation is broken');
  const ownerOf = (assetId: string) => {
    const asset = deviceRegistry.everyAsset.find((each) => each.assetId === assetId);
    return asset && departmentOf(asset);
  };
  const ownerOfDevice = (deviceId: string) =>
    ownerOf(deviceRegistry.everyDevice.find((each) => each.deviceId === deviceId)?.assetId ?? '');
  const shadowAlerts = new MemoryShadowAlerts(ownerOf);
  const ruleVersions = new MemoryRuleVersions(
    [],
    () => maintenanceStore.everyAlert,
    () => shadowAlerts.alerts,
  );
  if (!BUNDLED.ok) throw new Error('the bundled rules are broken');
  const ruleBook = new RuleBook(DEFAULT_RULES, BUNDLED.value, ruleVersions);
  const ingestRecords = new MemoryIngestRecords();
  const departments = () => organisation.value.departments.keys();
  return {
    clock,
    accounts: makeAccounts(),
    deviceRegistry,
    registrySearch: new MemoryRegistrySearch(deviceRegistry),
    registryBatch: new MemoryRegistryBatch(deviceRegistry, departments),
    uplinkLog: new MemoryUplinkLog({ schedule: (callback, ms) => clearerOf(setTimeout(callback, ms)) }),
    ingestRecords,
    dataQuality: new MemoryDataQuality(ingestRecords.rows, () => deviceRegistry.everyDevice),
    deviceRhythms: new MemoryDeviceRhythms(),
    telemetryStore,
    maintenanceStore,
    organisation: organisation.value,
    routedJobs: new MemoryRoutedJobs(maintenanceStore),
    escalationRecords: new MemoryEscalationRecords(),
    photoStore: new MemoryPhotoStore(maintenanceStore),
    keyFigures: new MemoryKeyFigures(maintenanceStore, deviceRegistry),
    situation: new MemorySituation(deviceRegistry, maintenanceStore),
    tourStore: new MemoryTourStore(maintenanceStore, deviceRegistry),
    fillLevels: new ForecastFillLevels(telemetryStore, clock, 'Europe/Berlin'),
    alertSuppressions: new MemorySuppressions(maintenanceStore),
    outbox: new MemoryOutbox(maintenanceStore),
    schedules: [NIGHTLY],
    scheduleRecords: new MemoryScheduleRecords(clock),
    deadLetterOffice: new MemoryDeadLetterOffice(ownerOfDevice),
    ledger: new FixedLedger(),
    handoverRecords: new MemoryHandoverRecords(clock, (jobId) => maintenanceStore.departmentOf(jobId)),
    handoverInbox: new MemoryHandoverInbox(),
    passwordHasher: new CountedPasswords(),
    ruleBook,
    ruleVersions,
    shadowAlerts,
    backtester: new HistoryBacktester({
      registry: deviceRegistry,
      telemetry: telemetryStore,
      active: () => ruleBook.sources(),
      calendar: CALENDAR,
      clock,
      takeTurns: () => new Promise((turn) => setImmediate(turn)),
    }),
    models: new OneModel(),
  };
}

export type City = ReturnType<typeof makeCity>;

export function anAlert(alertId: string, differences: Partial<Alert> = {}): Alert {
  return {
    alertId,
    ruleId: 'waste.full',
    ruleVersion: '1',
    severity: 'minor',
    title: { de: 'Behälter voll', en: 'Container full' },
    subject: 'asset:bin-1',
    assetId: 'bin-1',
    deviceId: 'sensor-1',
    raisedAt: Date.UTC(2026, 10, 21, 11, 30),
    acknowledgedAt: null,
    acknowledgedBy: null,
    clearedAt: null,
    clearReason: null,
    raisedBy: {
      observedAt: Date.UTC(2026, 10, 21, 11, 30),
      receivedAt: Date.UTC(2026, 10, 21, 11, 31),
      values: { fillingLevel: 0.93 },
    },
    clearedBy: null,
    ...differences,
  };
}

export function aJob(jobId: string, differences: Partial<Job> = {}): Job {
  return {
    jobId,
    number: 17,
    kind: 'waste.empty',
    title: { de: 'Behälter leeren', en: 'Empty the container' },
    department: 'waste',
    crew: null,
    assetId: 'bin-1',
    deviceId: 'sensor-1',
    priority: 'normal',
    state: 'open',
    assignee: null,
    waitingFor: null,
    tags: [],
    createdAt: Date.UTC(2026, 10, 21, 11, 31),
    dueAt: Date.UTC(2026, 10, 22, 11, 31),
    overdueAt: null,
    closedAt: null,
    evidence: null,
    unprovenAt: null,
    alertIds: ['alert-1'],
    version: 1,
    ...differences,
  };
}
