export { isWorse, SEVERITIES, type Alert, type ClearReason, type Evidence, type Severity, type Text } from './alert.ts';
export {
  ALERT_ORDERS,
  ALERT_OUTCOMES,
  ALERT_STATES,
  alertState,
  MOST_ALERTS_AT_ONCE,
  type AlertEntry,
  type AlertFilter,
  type AlertJob,
  type AlertOrder,
  type AlertOutcome,
  type AlertPlace,
  type AlertSelection,
  type AlertsAssignment,
  type AlertsStep,
  type AlertState,
  type AlertTally,
} from './alert-list.ts';
export { type AlertChange, type JobDraft } from './change.ts';
export {
  type ClearTerms,
  type ExplainedCondition,
  type ExplainedDecision,
  type ExplainedRise,
  type ExplainedTerm,
  type ExplainedValue,
  type Explanation,
  type Threshold,
} from './explanation.ts';
export { HandoverInbox, type InboxMessage } from './handover-inbox.ts';
export {
  HandoverRecords,
  isNotOlder,
  type ExternalReference,
  type ExternalState,
  type HandedPhoto,
  type HandoverProblem,
  type ReferenceFilter,
  type ReferenceKey,
  type SeenRecord,
  type SentRecord,
} from './handover-records.ts';
export {
  handoverActor,
  takeStatus,
  type ExternalStatus,
  type StatusOutcome,
  type StatusParts,
  type StatusWords,
} from './handover-status.ts';
export {
  ACTIVE_JOB_STATES,
  isActive,
  JOB_ACTIONS,
  JOB_EVENTS,
  JOB_PRIORITIES,
  JOB_STATES,
  LONGEST_TAG,
  MOST_TAGS,
  moveJob,
  type Job,
  type JobAction,
  type JobChanges,
  type JobEvent,
  type JobPlace,
  type JobPriority,
  type JobState,
} from './job.ts';
export {
  editedJob,
  isRelapse,
  movedJob,
  RELAPSE_WITHIN_MS,
  joinedJob,
  MOST_ALERTS_OF_A_JOB,
  relapsedJob,
  takesAlerts,
  verifiedJob,
  withdrawnJob,
  worsenedJob,
  type JobStep,
} from './job-life.ts';
export {
  JOB_ORDERS,
  MaintenanceStore,
  type Department,
  type DomainEvent,
  type JobCounts,
  type JobEdit,
  type JobFilter,
  type JobMove,
  type JobOrder,
  type JobRefusal,
  type JobSelection,
  type NewJob,
  type JobDeparture,
  type WindowChange,
} from './maintenance-store.ts';
export {
  escalateAlerts,
  escalateJobs,
  EscalationPlan,
  EscalationRecords,
  type EscalatedAlert,
  type EscalatedJob,
  type Escalation,
  type EscalationCursor,
  type EscalationReach,
  type EscalationRecipient,
  type OverdueCursor,
  type OverdueJob,
  type OverdueReach,
  type ToldEscalation,
  type ToldOverdue,
  type UnacknowledgedAlert,
} from './escalation.ts';
export { JobPlanner, type JobOccasion } from './job-planner.ts';
export { RoutedJobs, type RoutedJob } from './routed-jobs.ts';
export { NotificationChannel, notifyHandler, type NotificationResult } from './notification.ts';
export { CappedChannel, DigestChannel, digestTask, NotificationLedger, type Digest } from './notification-cap.ts';
export { QuietChannel } from './quiet-channel.ts';
export { Outbox, type Delivery, type DeliveryKey, type OutboxEvent } from './outbox.ts';
export { checkSchedules, lastDue, nextDue, recurrenceText, type Recurrence, type Schedule } from './schedule.ts';
export {
  ESCALATION_ACTOR,
  maintenanceSchedules,
  maintenanceTasks,
  OVERDUE_ACTOR,
  PHOTOS_ACTOR,
  UNPROVEN_ACTOR,
  type MaintenanceTasksParts,
} from './maintenance-tasks.ts';
export { type ScheduledTask, type ScheduledTasks, type TaskRun } from './scheduled-task.ts';
export {
  nextStep,
  ScheduleRecords,
  type RunClaim,
  type RunFailure,
  type RunKey,
  type ScheduledRun,
  type ScheduleStep,
} from './schedule-records.ts';
export {
  backoffMs,
  QUEUE_NAMES,
  QUEUES,
  WorkQueue,
  type NewWork,
  type Postponed,
  type QueueName,
  type QueuePolicy,
  type Work,
  type WorkHandler,
  type WorkHandlers,
  type WorkPayloads,
} from './work-queue.ts';
export {
  ACKNOWLEDGING_ACTIONS,
  KEY_FIGURE_GROUPS,
  KeyFigureSource,
  REPEAT_WITHIN_MS,
  type KeyFigureGroup,
  type KeyFigureQuery,
  type KeyFigures,
  type Spread,
} from './key-figures.ts';
export { SituationSource, type SituationAsset } from './situation.ts';
export { cleanImage } from './photo/clean-image.ts';
export { PHOTO_MEDIA_TYPES, type CleanImage, type PhotoMediaType } from './photo/image.ts';
export {
  LARGEST_PHOTO_BYTES,
  MOST_PHOTOS,
  PhotoStore,
  type JobPhoto,
  type NewPhoto,
  type PhotoRefusal,
  type PhotoRemoval,
} from './photo/photo-store.ts';
export {
  decideGroup,
  GROUP_KINDS,
  groupKey,
  groupCabinet,
  groupSeverity,
  groupSubject,
  type GroupDecision,
  type GroupJob,
  type GroupKind,
  type GroupMember,
  type Grouping,
  type GroupSituation,
  type MemberState,
} from './suppression/alert-group.ts';
export { AlertSettlement, AlertSuppressions, type SuppressionFilter } from './suppression/alert-suppressions.ts';
export { absorbedJob, groupDraft, returnedJob } from './suppression/group-jobs.ts';
export {
  checkWindow,
  isInWindow,
  LONGEST_WINDOW_MS,
  MOST_WINDOW_ASSETS,
  MOST_WINDOWS,
  windowEnd,
  type MaintenanceWindow,
  type NewWindow,
  type WindowFacts,
  type WindowScope,
} from './suppression/maintenance-window.ts';
export {
  checkShelf,
  isShelved,
  LONGEST_SHELF_MS,
  SHELF_SCOPES,
  shelfEnd,
  type NewShelf,
  type Shelf,
  type ShelfOfMany,
  type ShelfScope,
} from './suppression/shelf.ts';
export {
  SUPPRESSIONS,
  type Suppression,
  type SuppressionKind,
  type SuppressionRefusal,
} from './suppression/suppression.ts';
