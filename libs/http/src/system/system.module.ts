import { randomBytes } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import { Fingerprints } from '../access/fingerprint.ts';
import { Sessions } from '../access/sessions.ts';
import { NoAuditLog } from '../audit/no-audit-log.ts';
import { commonProviders } from '../common-providers.ts';
import { NO_CONSOLE_OPTIONS } from '../console/console-options.ts';
import { HttpSettings, type SystemOptions } from '../http-options.ts';
import { SystemController } from './system.controller.ts';

/** Health, readiness and metrics alone: what a process without the role `api` answers. */
@Module({})
export class SystemModule {
  static register(options: SystemOptions): DynamicModule {
    const controllers = [SystemController];
    const unused = {
      ...{ secureCookies: false, uplinkTopic: '', zone: 'UTC', console: NO_CONSOLE_OPTIONS },
      ...({ keepAddresses: 'none', groupRoles: [] } as const),
    };
    // Nobody signs in here: no session of any secret is ever given out.
    return {
      module: SystemModule,
      controllers,
      providers: [
        ...commonProviders(options, randomBytes(32), controllers, new NoAuditLog(), unused),
        {
          provide: Sessions,
          inject: [Fingerprints, HttpSettings, Clock],
          useFactory: (prints: Fingerprints, settings: HttpSettings, clock: Clock) =>
            new Sessions(null, prints, settings, clock),
        },
      ],
    };
  }
}
