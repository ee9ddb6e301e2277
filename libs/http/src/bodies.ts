import type { z } from 'zod';
import type { listSessions, readInvitation, showSession, showSignInMethods } from './access/session.schema.ts';
import type { accountBody, inviteAccount } from './accounts/account.schema.ts';
import type { acknowledgeAlerts } from './alerts/alert-bulk.schema.ts';
import type { showAlertContext } from './alerts/alert-context.schema.ts';
import type { alert, alertEntry, countAlerts } from './alerts/alert.schema.ts';
import type { asset, assetDetail, listDistricts } from './assets/asset.schema.ts';
import type { showConsoleSettings } from './console/console-settings.schema.ts';
import type { decodeDeadLetter, deadLetter, deadLetterDetail } from './dead-letters/dead-letter.schema.ts';
import type { listDeliveries } from './deliveries/delivery.schema.ts';
import type { binding, deviceHealth } from './device-health/device-health.schema.ts';
import type { credentials, device, deviceModel } from './devices/device.schema.ts';
import type { showForecast } from './forecast/forecast.schema.ts';
import type { importLine, importReport } from './imports/import.schema.ts';
import type { countJobs, job, listDepartments, listJobs, showJob } from './jobs/job.schema.ts';
import type { keyFigures } from './key-figures/key-figure.schema.ts';
import type { showLedger } from './ledger/ledger.schema.ts';
import type { showOrganisation } from './organisation/organisation.schema.ts';
import type { showQuality } from './quality/quality.schema.ts';
import type { quantity, reading } from './readings/reading.schema.ts';
import type { auditEntry } from './audit/audit.schema.ts';
import type { listBacktests, runBacktest } from './backtest/backtest.schema.ts';
import type {
  checkRule,
  exampleOutcome,
  listRules,
  readRule,
  rule,
  ruleVersion,
  ruleVersionHead,
} from './rules/rule.schema.ts';
import type { schedule } from './schedules/schedule.schema.ts';
import type { severity, text } from './schemas.ts';
import type { searchRegistry } from './search/search.schema.ts';
import type { shadowAlert } from './shadow-alerts/shadow-alert.schema.ts';
import type { showSituation, situationAsset } from './situation/situation.schema.ts';
import type { maintenanceWindow, shelf } from './suppressions/suppression.schema.ts';
import type { previewTours, showTour } from './tours/tour.schema.ts';
import type { listUplinks, uplink } from './uplinks/uplink.schema.ts';

/*
 * The bodies of the API as types, for those who speak to it in TypeScript: the console. Types only. Its program is checked
 * with this file and not with the server's.
 */

type Body<Schema extends z.ZodType> = Readonly<z.output<Schema>>;

export type Text = Body<typeof text>;
export type Severity = z.output<typeof severity>;
export type Alert = Body<typeof alert>;
export type AlertEntry = Body<typeof alertEntry>;
export type AlertCounts = Body<(typeof countAlerts)['answer']['schema']>;
export type AlertContext = Body<(typeof showAlertContext)['answer']['schema']>;
export type AlertOutcomes = Body<(typeof acknowledgeAlerts)['answer']['schema']>;
export type Shelf = Body<typeof shelf>;
export type MaintenanceWindow = Body<typeof maintenanceWindow>;
export type Quantity = Body<typeof quantity>;
export type Job = Body<typeof job>;
export type JobState = Job['state'];
export type JobPriority = Job['priority'];
export type JobDetail = Body<(typeof showJob)['answer']['schema']>;
export type ListedJob = Body<(typeof listJobs)['answer']['schema']>['items'][number];
export type JobCounts = Body<(typeof countJobs)['answer']['schema']>;
export type Tour = Body<(typeof showTour)['answer']['schema']>;
export type TourPreview = Body<(typeof previewTours)['answer']['schema']>;
export type Organisation = Body<(typeof showOrganisation)['answer']['schema']>;
export type Department = Body<(typeof listDepartments)['answer']['schema']>['items'][number];
export type Asset = Body<typeof asset>;
export type AssetDetail = Body<typeof assetDetail>;
export type District = Body<(typeof listDistricts)['answer']['schema']>['items'][number];
export type Device = Body<typeof device>;
export type DeviceModel = Body<typeof deviceModel>;
export type DeviceCredentials = Body<typeof credentials>;
export type DeviceHealth = Body<typeof deviceHealth>;
export type Binding = Body<typeof binding>;
export type Forecast = Body<(typeof showForecast)['answer']['schema']>;
export type SearchHit = Body<(typeof searchRegistry)['answer']['schema']>['items'][number];
export type Uplink = Body<typeof uplink>;
export type UplinkPage = Body<(typeof listUplinks)['answer']['schema']>;
export type ImportReport = Body<typeof importReport>;
/** Of an import that tells how far it is. */
export type ImportLine = z.output<typeof importLine>;
export type KeyFigures = Body<typeof keyFigures>;
export type DataQuality = Body<(typeof showQuality)['answer']['schema']>;
export type DeadLetter = Body<typeof deadLetter>;
export type DeadLetterDetail = Body<typeof deadLetterDetail>;
export type DecodedDeadLetter = Body<(typeof decodeDeadLetter)['answer']['schema']>;
export type Delivery = Body<(typeof listDeliveries)['answer']['schema']>['items'][number];
export type Schedule = Body<typeof schedule>;
export type Reading = Body<typeof reading>;
export type Ledger = Body<(typeof showLedger)['answer']['schema']>;
export type SignInMethods = Body<(typeof showSignInMethods)['answer']['schema']>;
export type OwnSession = Body<(typeof listSessions)['answer']['schema']>['items'][number];
export type Invitation = Body<(typeof readInvitation)['answer']['schema']>;
export type Account = Body<typeof accountBody>;
export type InvitedAccount = Body<(typeof inviteAccount)['answer']['schema']>;
export type AuditEntry = Body<typeof auditEntry>;
export type SessionAnswer = Body<(typeof showSession)['answer']['schema']>;
export type Situation = Body<(typeof showSituation)['answer']['schema']>;
export type Rule = Body<typeof rule>;
export type RuleList = Body<(typeof listRules)['answer']['schema']>;
export type RuleDetail = Body<(typeof readRule)['answer']['schema']>;
export type RuleVersion = Body<typeof ruleVersion>;
export type RuleVersionHead = Body<typeof ruleVersionHead>;
export type RuleCheck = Body<(typeof checkRule)['answer']['schema']>;
export type ExampleOutcome = Body<typeof exampleOutcome>;
export type BacktestReport = Body<(typeof runBacktest)['answer']['schema']>;
export type BacktestsRunning = Body<(typeof listBacktests)['answer']['schema']>;
export type ShadowAlert = Body<typeof shadowAlert>;
export type SituationAsset = Body<typeof situationAsset>;
export type ConsoleSettings = Body<(typeof showConsoleSettings)['answer']['schema']>;

/** A page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Pass as `after`; null: no more. */
  readonly next: string | null;
}
