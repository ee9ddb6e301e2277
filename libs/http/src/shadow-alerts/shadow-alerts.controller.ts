import { Controller, Get, Inject } from '@nestjs/common';
import { type ShadowAlert, ShadowAlerts } from '@stadtfunk/rules';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { toEvidenceBody } from '../alerts/alert-mapping.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { isoOf, isoOrNull, toPage } from '../schemas.ts';
import { listShadowAlerts } from './shadow-alert.schema.ts';

@Controller('api/v1/shadow-alerts')
export class ShadowAlertsController {
  constructor(@Inject(ShadowAlerts) private readonly shadows: ShadowAlerts) {}

  @Get()
  @Needs('rules.read')
  @Operation(listShadowAlerts)
  async list(
    @Input() { query }: InputOf<typeof listShadowAlerts>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof listShadowAlerts>> {
    const { rule, asset, device, ...filter } = query;
    const page = await this.shadows.list({
      ...filter,
      ...(rule !== undefined && { ruleId: rule }),
      ...(asset !== undefined && { assetId: asset }),
      ...(device !== undefined && { deviceId: device }),
      ...(departments && { departments }),
    });
    return toPage(page, toBody);
  }
}

function toBody({ subject: _subject, job, ...alert }: ShadowAlert) {
  return {
    ...alert,
    open: alert.clearedAt === null,
    raisedAt: isoOf(alert.raisedAt),
    clearedAt: isoOrNull(alert.clearedAt),
    raisedBy: toEvidenceBody(alert.raisedBy),
    clearedBy: alert.clearedBy && toEvidenceBody(alert.clearedBy),
    job: job && { kind: job.kind, title: job.title, department: job.department, priority: job.priority },
  };
}
