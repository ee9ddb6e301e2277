import type {
  AccountStore,
  AuditLog,
  GroupRole,
  IdentityProvider,
  OneTimeCodes,
  PasswordKeeper,
  SessionStore,
  SignInAttempts,
} from '@stadtfunk/accounts';
import type { Backtester } from '@stadtfunk/backtest';
import type { DeviceModel } from '@stadtfunk/device-catalog';
import type { DeviceRegistry, PasswordHasher, RegistryBatch, RegistrySearch } from '@stadtfunk/devices';
import type { DataQuality, DeadLetterOffice, Ledger } from '@stadtfunk/ingest';
import type { Clock } from '@stadtfunk/kernel';
import type {
  AlertSuppressions,
  EscalationRecords,
  KeyFigureSource,
  MaintenanceStore,
  Outbox,
  PhotoStore,
  RoutedJobs,
  Schedule,
  ScheduleRecords,
  SituationSource,
} from '@stadtfunk/maintenance';
import type { Organisation } from '@stadtfunk/organisation';
import type { HandoverInbox, HandoverRecords } from '@stadtfunk/maintenance';
import type { TelemetryStore } from '@stadtfunk/readings';
import type { DeviceRhythms, RuleBook, RuleVersions, ShadowAlerts } from '@stadtfunk/rules';
import type { FillLevels, TourStore } from '@stadtfunk/tours';
import type { AddressKeeping } from './access/short-address.ts';
import type { UplinkLog } from '@stadtfunk/uplinks';
import type { ConsoleOptions } from './console/console-options.ts';

/** Something that must work before this process can serve. `probe` resolves when it does, and rejects with why not. */
export interface HealthCheck {
  readonly name: string;
  probe(): Promise<void>;
}

/** Where log lines go; pino fits. */
export abstract class HttpLog {
  abstract debug(fields: object, message: string): void;
  abstract info(fields: object, message: string): void;
  abstract warn(fields: object, message: string): void;
  abstract error(fields: object, message: string): void;
}

/** The devices that a city can register: `MODELS` and `findModel` of the device catalogue. */
export abstract class ModelCatalogue {
  abstract list(): readonly DeviceModel[];
  abstract find(id: string): DeviceModel | undefined;
}

/** What the programs of this installation do again and again. */
export abstract class ScheduleList {
  abstract list(): readonly Schedule[];
}

/** How the city works, as it was read at the start. */
export abstract class OrganisationInForce {
  abstract readonly organisation: Organisation;
}

/** Each limit with its unit and the failure that it prevents. */
export interface HttpLimits {
  /** Memory filled by one request. */
  readonly bodyBytes: number;
  /** A client that sends its request one byte a minute. */
  readonly requestTimeoutMs: number;
  /** A page left open for months. */
  readonly sessionMs: number;
  /** A browser that somebody has left. Whoever looks on at what happens is there. */
  readonly sessionIdleMs: number;
  /** Somebody who was taken out of his groups at the identity provider, and goes on: so often it is asked. */
  readonly vouchedMs: number;
  /** A link to set a password that lies around. */
  readonly passwordLinkMs: number;
  readonly loginCodeMs: number;
  /** Guessing: failed attempts of one address in the window, more where several people sign in; and of one person on a browser of his. */
  readonly failedLogins: number;
  readonly failedLoginWindowMs: number;
  /** Memory and polling for live pages. */
  readonly streamClients: number;
  /** One account, or a page of it that comes again and again, that takes the streams of all others. */
  readonly streamClientsOfOne: number;
  /** Bytes waiting for one slow client. */
  readonly streamBufferBytes: number;
  /** A client that takes nothing for this long is closed; it resumes where it was. */
  readonly streamStallMs: number;
  readonly streamPollMs: number;
  readonly streamHeartbeatMs: number;
  /** A check of readiness that hangs. */
  readonly checkTimeoutMs: number;
  /** A request that never ends, when the process has to. */
  readonly closeTimeoutMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  bodyBytes: 256 * 1024,
  requestTimeoutMs: 30_000,
  sessionMs: 12 * 3_600_000,
  sessionIdleMs: 2 * 3_600_000,
  vouchedMs: 10 * 60_000,
  passwordLinkMs: 72 * 3_600_000,
  loginCodeMs: 15 * 60_000,
  failedLogins: 10,
  failedLoginWindowMs: 5 * 60_000,
  streamClients: 200,
  streamClientsOfOne: 50,
  streamBufferBytes: 1024 * 1024,
  streamStallMs: 20_000,
  streamPollMs: 200,
  streamHeartbeatMs: 15_000,
  checkTimeoutMs: 3_000,
  closeTimeoutMs: 5_000,
};

/** What every process answers over HTTP, whatever it does: health, readiness, metrics. */
export interface SystemOptions {
  readonly clock: Clock;
  /** Whether this is the admin token; see `tokenVerifier`. */
  verifyToken(token: string): boolean;
  /** Whether this token may read the metrics from another machine, beside the admin token. */
  verifyMetricsToken?(token: string): boolean;
  readonly checks: readonly HealthCheck[];
  /** What somebody should know although everything works, each in one line; absent: nothing. Whoever may ask for health reads it. */
  notices?(): Promise<readonly string[]>;
  /** Prometheus text. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  readonly log: HttpLog;
  /** Whose word on the address of a client is believed; absent: nobody's. */
  readonly trustedProxies?: readonly string[];
  readonly limits?: Partial<HttpLimits>;
}

/** Who can sign in, how, and where it is written down what he does. */
export interface AccountsOptions {
  readonly store: AccountStore;
  readonly sessions: SessionStore;
  readonly codes: OneTimeCodes;
  readonly attempts: SignInAttempts;
  readonly passwords: PasswordKeeper;
  readonly audit: AuditLog;
  /** The city's own sign-in; absent: none. */
  readonly provider?: IdentityProvider;
  /** What its groups may. A group that stands nowhere may nothing. */
  readonly groupRoles?: readonly GroupRole[];
  /** How much of addresses is kept; absent: `short`. */
  readonly keepAddresses?: AddressKeeping;
}

export interface HttpOptions extends SystemOptions {
  readonly accounts: AccountsOptions;
  readonly deviceRegistry: DeviceRegistry;
  readonly registrySearch: RegistrySearch;
  readonly registryBatch: RegistryBatch;
  /** Where raw uplinks are looked up. */
  readonly uplinkLog: UplinkLog;
  readonly dataQuality: DataQuality;
  readonly deviceRhythms: DeviceRhythms;
  readonly telemetryStore: TelemetryStore;
  readonly maintenanceStore: MaintenanceStore;
  readonly photoStore: PhotoStore;
  readonly keyFigures: KeyFigureSource;
  readonly situation: SituationSource;
  readonly tourStore: TourStore;
  readonly fillLevels: FillLevels;
  readonly alertSuppressions: AlertSuppressions;
  readonly outbox: Outbox;
  /** What recurs, and how it fares. */
  readonly schedules: readonly Schedule[];
  readonly scheduleRecords: ScheduleRecords;
  readonly deadLetterOffice: DeadLetterOffice;
  readonly ledger: Ledger;
  readonly handoverRecords: HandoverRecords;
  /** Where other systems tell of jobs; unset: nobody is listened to. */
  readonly handoverInbox?: HandoverInbox;
  readonly passwordHasher: PasswordHasher;
  readonly ruleBook: RuleBook;
  readonly ruleVersions: RuleVersions;
  readonly backtester: Backtester;
  readonly shadowAlerts: ShadowAlerts;
  readonly models: ModelCatalogue;
  /** How the city works. */
  readonly organisation: Organisation;
  readonly routedJobs: RoutedJobs;
  readonly escalationRecords: EscalationRecords;
  /** Signs session cookies: 32 bytes or more. Another secret ends all sessions. */
  readonly sessionSecret: string | Uint8Array;
  /** What this installation wants of its console; unset: nothing in particular. */
  readonly console?: ConsoleOptions;
  /** Folder of the built console, served at `/`; null: none. */
  readonly consoleDirectory: string | null;
  /** Whether browsers come over https, so that cookies may only travel there. */
  readonly secureCookies?: boolean;
  /** Topic template of the intake, with `{deviceId}`: what devices are told to publish to. */
  readonly uplinkTopic?: string;
  /** IANA zone whose days `every=1d` means where a request does not say. */
  readonly zone?: string;
}

/** What is neither a port nor a limit, injected as one thing. */
export abstract class HttpSettings {
  abstract readonly verifyToken: (token: string) => boolean;
  abstract readonly verifyMetricsToken: (token: string) => boolean;
  abstract readonly sessionSecret: string | Uint8Array;
  abstract readonly secureCookies: boolean;
  abstract readonly keepAddresses: AddressKeeping;
  abstract readonly groupRoles: readonly GroupRole[];
  abstract readonly uplinkTopic: string;
  abstract readonly zone: string;
  abstract readonly console: ConsoleOptions;
  abstract readonly checks: readonly HealthCheck[];
  abstract readonly notices: () => Promise<readonly string[]>;
  abstract readonly metrics: HttpOptions['metrics'];
  abstract readonly limits: HttpLimits;
}
