import { randomBytes } from 'node:crypto';
import { type DynamicModule, Inject, Module, type OnModuleDestroy, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { Backtester } from '@stadtfunk/backtest';
import { DeviceRegistry, PasswordHasher } from '@stadtfunk/devices';
import { DeadLetterOffice, Ledger } from '@stadtfunk/ingest';
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
} from '@stadtfunk/maintenance';
import { HandoverInbox, HandoverRecords } from '@stadtfunk/maintenance';
import { TelemetryStore } from '@stadtfunk/readings';
import { RuleCatalogue, ShadowAlerts } from '@stadtfunk/rules';
import { FillLevels, TourStore } from '@stadtfunk/tours';
import { AccessGuard } from './access/access.guard.ts';
import { LoginCodes } from './access/login-codes.ts';
import { SessionController } from './access/session.controller.ts';
import { SessionSigner } from './access/session-signer.ts';
import { AlertsController } from './alerts/alerts.controller.ts';
import { AssetsController } from './assets/assets.controller.ts';
import { BacktestController } from './backtest/backtest.controller.ts';
import { DeadLettersController } from './dead-letters/dead-letters.controller.ts';
import { DeliveriesController } from './deliveries/deliveries.controller.ts';
import { DevicesController } from './devices/devices.controller.ts';
import { ForecastController } from './forecast/forecast.controller.ts';
import { HandoverController } from './handover/handover.controller.ts';
import { NobodyListens } from './handover/nobody-listens.ts';
import {
  HTTP_LIMITS,
  HttpLog,
  type HttpOptions,
  HttpSettings,
  ModelCatalogue,
  OrganisationInForce,
  ScheduleList,
  type SystemOptions,
} from './http-options.ts';
import { JobsController } from './jobs/jobs.controller.ts';
import { KeyFiguresController } from './key-figures/key-figures.controller.ts';
import { LedgerController } from './ledger/ledger.controller.ts';
import { OpenApiDocument, openApiOf, routesOf } from './openapi.ts';
import { PhotosController } from './photos/photos.controller.ts';
import { OrganisationController } from './organisation/organisation.controller.ts';
import { ProblemFilter } from './problem.filter.ts';
import { ReadingsController } from './readings/readings.controller.ts';
import { RulesController } from './rules/rules.controller.ts';
import { SchedulesController } from './schedules/schedules.controller.ts';
import { EventHub } from './stream/event-hub.ts';
import { ShadowAlertsController } from './shadow-alerts/shadow-alerts.controller.ts';
import { StreamController } from './stream/stream.controller.ts';
import { ToursController } from './tours/tours.controller.ts';
import { SuppressionsController } from './suppressions/suppressions.controller.ts';
import { SystemController } from './system/system.controller.ts';

const API_VERSION = '1.0.0';

export const CONTROLLERS: readonly Type[] = [
  SessionController,
  AssetsController,
  DevicesController,
  ReadingsController,
  ForecastController,
  AlertsController,
  SuppressionsController,
  JobsController,
  PhotosController,
  ToursController,
  KeyFiguresController,
  RulesController,
  BacktestController,
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
        ...common(options, options.sessionSecret, CONTROLLERS, {
          secureCookies: options.secureCookies ?? false,
          uplinkTopic: options.uplinkTopic ?? 'stadtfunk/v1/{deviceId}/up',
          zone: options.zone ?? 'Europe/Berlin',
        }),
        { provide: DeviceRegistry, useValue: options.deviceRegistry },
        { provide: TelemetryStore, useValue: options.telemetryStore },
        { provide: MaintenanceStore, useValue: options.maintenanceStore },
        { provide: PhotoStore, useValue: options.photoStore },
        { provide: KeyFigureSource, useValue: options.keyFigures },
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
        { provide: RuleCatalogue, useValue: options.ruleCatalogue },
        { provide: Backtester, useValue: options.backtester },
        { provide: ShadowAlerts, useValue: options.shadowAlerts },
        { provide: ModelCatalogue, useValue: options.models },
        {
          provide: OrganisationInForce,
          useValue: { organisation: options.organisation } satisfies OrganisationInForce,
        },
        { provide: RoutedJobs, useValue: options.routedJobs },
        { provide: EscalationRecords, useValue: options.escalationRecords },
        { provide: LoginCodes, useFactory: () => new LoginCodes(options.clock, limits.loginCodeMs) },
        { provide: EventHub, useFactory: () => new EventHub(options.maintenanceStore, limits, options.log) },
      ],
    };
  }

  /** Open streams would keep the server from closing. */
  onModuleDestroy(): Promise<void> {
    return this.hub.close();
  }
}

/** Health, readiness and metrics alone: what a process without the role `api` answers. */
@Module({})
export class SystemModule {
  static register(options: SystemOptions): DynamicModule {
    const controllers = [SystemController];
    const unused = { secureCookies: false, uplinkTopic: '', zone: 'UTC' };
    // Nobody signs in here: no session of any secret is ever given out.
    return {
      module: SystemModule,
      controllers,
      providers: common(options, randomBytes(32), controllers, unused),
    };
  }
}

function common(
  options: SystemOptions,
  sessionSecret: string | Uint8Array,
  controllers: readonly Type[],
  more: Pick<HttpSettings, 'secureCookies' | 'uplinkTopic' | 'zone'>,
): Provider[] {
  const settings: HttpSettings = {
    verifyToken: (token) => options.verifyToken(token),
    verifyMetricsToken: (token) => options.verifyMetricsToken?.(token) ?? false,
    sessionSecret,
    checks: options.checks,
    metrics: () => options.metrics(),
    limits: { ...HTTP_LIMITS, ...options.limits },
    ...more,
  };
  return [
    { provide: Clock, useValue: options.clock },
    { provide: HttpLog, useValue: options.log },
    { provide: HttpSettings, useValue: settings },
    { provide: SessionSigner, useFactory: () => new SessionSigner(sessionSecret) },
    { provide: OpenApiDocument, useFactory: () => openApiOf(routesOf(controllers), API_VERSION) },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ];
}
