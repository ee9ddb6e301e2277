import type { RoleAssignment } from '@stadtfunk/accounts';

/** The bodies of the API, as its schemas say. Types only: nothing of the server gets into the pages. */
export type {
  Alert,
  AlertContext,
  AlertCounts,
  AlertEntry,
  AlertOutcomes,
  Asset,
  AssetDetail,
  ConsoleSettings,
  Department,
  Device,
  Job,
  JobCounts,
  JobDetail,
  JobPriority,
  JobState,
  Ledger,
  MaintenanceWindow,
  ListedJob,
  Organisation,
  Page,
  Quantity,
  Reading,
  SessionAnswer,
  Severity,
  Shelf,
  Situation,
  SituationAsset,
  Text,
  Tour,
  TourPreview,
} from '@stadtfunk/http';

/** Who is signed in. */
export interface Session {
  readonly accountId: string;
  /** Of the account, as it stands in histories. */
  readonly name: string;
  readonly displayName: string;
  readonly roles: readonly RoleAssignment[];
}
