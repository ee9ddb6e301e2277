import { type DynamicModule, Inject, Module, type OnModuleDestroy, type Type } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import {
  AccountStore,
  IdentityProvider,
  OneTimeCodes,
  PasswordKeeper,
  SessionStore,
  SignInAttempts,
} from '@stadtfunk/accounts';
import { Backtester } from '@stadtfunk/backtest';
import { DeviceRegistry, PasswordHasher, RegistryBatch, RegistrySearch } from '@stadtfunk/devices';
import { DataQuality, DeadLetterOffice, Ledger } from '@stadtfunk/ingest';
import { Clock } from '@stadtfunk/kernel';
import {
  AlertSuppressions,
  EscalationRecords,
  KeyFigureSource,
  MaintenanceStore,
  Outbox,
  PhotoStore,
  RoutedJobs,
  ScheduleRecords,
  SituationSource,
} from '@stadtfunk/maintenance';
import { HandoverInbox, HandoverRecords } from '@stadtfunk/maintenance';
import { TelemetryStore } from '@stadtfunk/readings';
import { DeviceRhythms, RuleBook, RuleVersions, ShadowAlerts } from '@stadtfunk/rules';
import { FillLevels, TourStore } from '@stadtfunk/tours';
import { UplinkLog } from '@stadtfunk/uplinks';
import { Fingerprints } from './access/fingerprint.ts';
import { NoIdentityProvider } from './access/no-identity-provider.ts';
import { OidcController } from './access/oidc.controller.ts';
import { KnownDevices } from './access/known-devices.ts';
import { PendingSignIns } from './access/pending-sign-ins.ts';
import { SessionController } from './access/session.controller.ts';
import { SessionOpener } from './access/session-opener.ts';
import { SessionRenewals } from './access/session-renewals.ts';
import { Sessions } from './access/sessions.ts';
import { SignIn } from './access/sign-in.ts';
import { VouchedAccounts } from './access/vouched-accounts.ts';
import { AccountsController } from './accounts/accounts.controller.ts';
import { AlertBulkController } from './alerts/alert-bulk.controller.ts';
import { AlertContextController } from './alerts/alert-context.controller.ts';
import { AlertsController } from './alerts/alerts.controller.ts';
import { AssetsController } from './assets/assets.controller.ts';
import { DistrictsController } from './assets/districts.controller.ts';
import { AuditController } from './audit/audit.controller.ts';
import { AuditInterceptor } from './audit/audit.interceptor.ts';
import { BacktestController } from './backtest/backtest.controller.ts';
import { commonProviders } from './common-providers.ts';
import { ConsoleController } from './console/console.controller.ts';
import { NO_CONSOLE_OPTIONS } from './console/console-options.ts';
import { DeadLettersController } from './dead-letters/dead-letters.controller.ts';
import { DeliveriesController } from './deliveries/deliveries.controller.ts';
import { DeviceHealthController } from './device-health/device-health.controller.ts';
import { DevicesController } from './devices/devices.controller.ts';
import { ForecastController } from './forecast/forecast.controller.ts';
import { HandoverController } from './handover/handover.controller.ts';
import { NobodyListens } from './handover/nobody-listens.ts';
import {
  HTTP_LIMITS,
  type HttpOptions,
  HttpSettings,
  ModelCatalogue,
  OrganisationInForce,
  ScheduleList,
} from './http-options.ts';
import { ImportsController } from './imports/imports.controller.ts';
import { JobsController } from './jobs/jobs.controller.ts';
import { NewJobsController } from './jobs/new-jobs.controller.ts';
import { KeyFiguresController } from './key-figures/key-figures.controller.ts';
import { LedgerController } from './ledger/ledger.controller.ts';
import { PhotosController } from './photos/photos.controller.ts';
import { OrganisationController } from './organisation/organisation.controller.ts';
import { QualityController } from './quality/quality.controller.ts';
import { ReadingsController } from './readings/readings.controller.ts';
import { RuleEditingController } from './rules/rule-editing.controller.ts';
import { RulesController } from './rules/rules.controller.ts';
import { ReplacementsController } from './replacements/replacements.controller.ts';
import { SchedulesController } from './schedules/schedules.controller.ts';
import { SearchController } from './search/search.controller.ts';
import { EventHub } from './stream/event-hub.ts';
import { ShadowAlertsController } from './shadow-alerts/shadow-alerts.controller.ts';
import { SituationController } from './situation/situation.controller.ts';
import { StreamController } from './stream/stream.controller.ts';
import { ToursController } from './tours/tours.controller.ts';
import { UplinksController } from './uplinks/uplinks.controller.ts';
import { SuppressionsController } from './suppressions/suppressions.controller.ts';
import { SystemController } from './system/system.controller.ts';

export const CONTROLLERS: readonly Type[] = [
  SessionController,
  OidcController,
  AccountsController,
  AuditController,
  ConsoleController,
  SituationController,
  AssetsController,
  DistrictsController,
  DevicesController,
  SearchController,
  DeviceHealthController,
  UplinksController,
  ReplacementsController,
  ImportsController,
  QualityController,
  ReadingsController,
  ForecastController,
  AlertBulkController,
  AlertContextController,
  AlertsController,
  SuppressionsController,
  JobsController,
  NewJobsController,
  PhotosController,
  ToursController,
  KeyFiguresController,
  BacktestController,
  RulesController,
  RuleEditingController,
  ShadowAlertsController,
  OrganisationController,
  LedgerController,
  DeadLettersController,
  DeliveriesController,
  HandoverController,
  SchedulesController,
  StreamController,
  SystemController,
];

/** The HTTP API, over the ports that it is given. */
@Module({})
export class HttpModule implements OnModuleDestroy {
  constructor(@Inject(EventHub) private readonly hub: EventHub) {}

  static register(options: HttpOptions): DynamicModule {
    const limits = { ...HTTP_LIMITS, ...options.limits };
    return {
      module: HttpModule,
      controllers: [...CONTROLLERS],
      providers: [
        ...commonProviders(options, options.sessionSecret, CONTROLLERS, options.accounts.audit, {
          secureCookies: options.secureCookies ?? false,
          keepAddresses: options.accounts.keepAddresses ?? 'short',
          groupRoles: options.accounts.groupRoles ?? [],
          uplinkTopic: options.uplinkTopic ?? 'stadtfunk/v1/{deviceId}/up',
          zone: options.zone ?? 'Europe/Berlin',
          console: options.console ?? NO_CONSOLE_OPTIONS,
        }),
        { provide: AccountStore, useValue: options.accounts.store },
        { provide: SessionStore, useValue: options.accounts.sessions },
        { provide: OneTimeCodes, useValue: options.accounts.codes },
        { provide: SignInAttempts, useValue: options.accounts.attempts },
        { provide: PasswordKeeper, useValue: options.accounts.passwords },
        { provide: IdentityProvider, useValue: options.accounts.provider ?? new NoIdentityProvider() },
        SignIn,
        KnownDevices,
        SessionOpener,
        PendingSignIns,
        VouchedAccounts,
        SessionRenewals,
        {
          provide: Sessions,
          inject: [Fingerprints, HttpSettings, Clock, SessionRenewals],
          useFactory: (prints: Fingerprints, settings: HttpSettings, clock: Clock, renewals: SessionRenewals) =>
            new Sessions(options.accounts.sessions, prints, settings, clock, renewals),
        },
        { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
        { provide: DeviceRegistry, useValue: options.deviceRegistry },
        { provide: RegistrySearch, useValue: options.registrySearch },
        { provide: RegistryBatch, useValue: options.registryBatch },
        { provide: UplinkLog, useValue: options.uplinkLog },
        { provide: DataQuality, useValue: options.dataQuality },
        { provide: DeviceRhythms, useValue: options.deviceRhythms },
        { provide: TelemetryStore, useValue: options.telemetryStore },
        { provide: MaintenanceStore, useValue: options.maintenanceStore },
        { provide: PhotoStore, useValue: options.photoStore },
        { provide: KeyFigureSource, useValue: options.keyFigures },
        { provide: SituationSource, useValue: options.situation },
        { provide: TourStore, useValue: options.tourStore },
        { provide: FillLevels, useValue: options.fillLevels },
        { provide: AlertSuppressions, useValue: options.alertSuppressions },
        { provide: Outbox, useValue: options.outbox },
        { provide: ScheduleList, useValue: { list: () => options.schedules } satisfies ScheduleList },
        { provide: ScheduleRecords, useValue: options.scheduleRecords },
        { provide: DeadLetterOffice, useValue: options.deadLetterOffice },
        { provide: Ledger, useValue: options.ledger },
        { provide: HandoverRecords, useValue: options.handoverRecords },
        { provide: HandoverInbox, useValue: options.handoverInbox ?? new NobodyListens() },
        { provide: PasswordHasher, useValue: options.passwordHasher },
        { provide: RuleBook, useValue: options.ruleBook },
        { provide: RuleVersions, useValue: options.ruleVersions },
        { provide: Backtester, useValue: options.backtester },
        { provide: ShadowAlerts, useValue: options.shadowAlerts },
        { provide: ModelCatalogue, useValue: options.models },
        {
          provide: OrganisationInForce,
          useValue: { organisation: options.organisation } satisfies OrganisationInForce,
        },
        { provide: RoutedJobs, useValue: options.routedJobs },
        { provide: EscalationRecords, useValue: options.escalationRecords },
        { provide: EventHub, useFactory: () => new EventHub(options.maintenanceStore, limits, options.log) },
      ],
    };
  }

  /** Open streams would keep the server from closing. */
  onModuleDestroy(): Promise<void> {
    return this.hub.close();
  }
}
