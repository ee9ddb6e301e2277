import type { Provider, Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AuditLog } from '@stadtfunk/accounts';
import { Clock } from '@stadtfunk/kernel';
import { AccessGuard } from './access/access.guard.ts';
import { Fingerprints } from './access/fingerprint.ts';
import { HTTP_LIMITS, HttpLog, HttpSettings, type SystemOptions } from './http-options.ts';
import { OpenApiDocument, openApiOf, routesOf } from './openapi.ts';
import { ProblemFilter } from './problem.filter.ts';

const API_VERSION = '1.0.0';

/** What every server of ours has, with and without the API. */
export function commonProviders(
  options: SystemOptions,
  sessionSecret: string | Uint8Array,
  controllers: readonly Type[],
  audit: AuditLog,
  more: Pick<HttpSettings, 'secureCookies' | 'uplinkTopic' | 'zone' | 'console' | 'keepAddresses' | 'groupRoles'>,
): Provider[] {
  const settings: HttpSettings = {
    verifyToken: (token) => options.verifyToken(token),
    verifyMetricsToken: (token) => options.verifyMetricsToken?.(token) ?? false,
    sessionSecret,
    checks: options.checks,
    notices: () => options.notices?.() ?? Promise.resolve([]),
    metrics: () => options.metrics(),
    limits: { ...HTTP_LIMITS, ...options.limits },
    ...more,
  };
  return [
    { provide: Clock, useValue: options.clock },
    { provide: HttpLog, useValue: options.log },
    { provide: HttpSettings, useValue: settings },
    { provide: Fingerprints, useValue: new Fingerprints(sessionSecret) },
    { provide: AuditLog, useValue: audit },
    { provide: OpenApiDocument, useFactory: () => openApiOf(routesOf(controllers), API_VERSION) },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ];
}
