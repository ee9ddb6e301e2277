import { type ShadowAlert, type ShadowAlertFilter, ShadowAlerts } from '@stadtfunk/rules';
import { pageOf } from './page-of.ts';

/** Shadow alerts in memory, newest first. */
export class MemoryShadowAlerts extends ShadowAlerts {
  readonly alerts: ShadowAlert[] = [];

  /** @param ownerOf the department that an asset belongs to */
  constructor(private readonly ownerOf: (assetId: string) => string | undefined = () => undefined) {
    super();
  }

  override async list({ open, severity, ruleId, assetId, deviceId, departments, ...page }: ShadowAlertFilter) {
    const fits = (alert: ShadowAlert) =>
      (open === undefined || (alert.clearedAt === null) === open) &&
      (severity === undefined || alert.severity === severity) &&
      (ruleId === undefined || alert.ruleId === ruleId) &&
      (assetId === undefined || alert.assetId === assetId) &&
      (deviceId === undefined || alert.deviceId === deviceId) &&
      (departments === undefined ||
        [alert.job?.department, this.ownerOf(alert.assetId ?? '')].some((each) => departments.includes(each ?? '')));
    const found = this.alerts.filter(fits).sort((a, b) => b.raisedAt - a.raisedAt);
    return pageOf(found, ({ alertId }) => alertId, page);
  }

  override async purge(before: number, limit: number): Promise<number> {
    const isOld = ({ clearedAt }: ShadowAlert) => clearedAt !== null && clearedAt < before;
    const old = this.alerts.filter(isOld).slice(0, limit);
    for (const alert of old) this.alerts.splice(this.alerts.indexOf(alert), 1);
    return old.length;
  }
}
