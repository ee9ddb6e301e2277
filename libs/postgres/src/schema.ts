import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  customType,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  serial,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const transactionId = customType<{ data: string }>({ dataType: () => 'xid8' });
/** Ids compare byte by byte: cheaper in every index, and the same order on every server. */
const id = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Numbers every change to devices, assets and bindings, so that a directory can ask what is new. */
export const directoryRevision = pgSequence('directory_revision');
const revision = () =>
  bigint('revision', { mode: 'number' })
    .notNull()
    .default(sql`nextval('directory_revision')`);

export const departments = pgTable('departments', {
  departmentId: text('department_id').primaryKey(),
  nameDe: text('name_de').notNull(),
  nameEn: text('name_en').notNull(),
});

// Assets and devices have a further column `words`, made by the database out of the others (migration `search-words`): what
// `PostgresRegistrySearch` looks in. It is not named here, so that nothing reads it along.

export const assets = pgTable(
  'assets',
  {
    assetId: id('asset_id').primaryKey(),
    type: text('type').notNull(),
    name: text('name'),
    /** GeoJSON point. */
    location: jsonb('location').notNull(),
    district: text('district'),
    address: jsonb('address'),
    department: text('department').references(() => departments.departmentId),
    attributes: jsonb('attributes').notNull().default({}),
    createdAt: time('created_at').notNull().defaultNow(),
    modifiedAt: time('modified_at').notNull().defaultNow(),
    revision: revision(),
  },
  (table) => [index('assets_by_revision').on(table.revision), index('assets_by_type').on(table.type, table.assetId)],
);

export const devices = pgTable(
  'devices',
  {
    deviceId: id('device_id').primaryKey(),
    model: text('model').notNull(),
    lifecycle: text('lifecycle').notNull().default('active'),
    imei: text('imei').unique(),
    iccid: text('iccid'),
    uplinkTopic: text('uplink_topic'),
    reportingIntervalMs: bigint('reporting_interval_ms', { mode: 'number' }),
    /** PHC string. */
    passwordHash: text('password_hash').notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
    modifiedAt: time('modified_at').notNull().defaultNow(),
    /** When its lifecycle became `active` again or for the first time; null: it always was, or never. */
    activeSince: time('active_since'),
    revision: revision(),
  },
  (table) => [index('devices_by_revision').on(table.revision)],
);

/** Which device sat on which asset when. A device sits on one asset at a time. */
export const bindings = pgTable(
  'bindings',
  {
    bindingId: bigserial('binding_id', { mode: 'number' }).primaryKey(),
    deviceId: id('device_id')
      .notNull()
      .references(() => devices.deviceId),
    assetId: id('asset_id')
      .notNull()
      .references(() => assets.assetId),
    boundAt: time('bound_at').notNull().defaultNow(),
    unboundAt: time('unbound_at'),
  },
  (table) => [
    uniqueIndex('bindings_present')
      .on(table.deviceId)
      .where(sql`unbound_at is null`),
    index('bindings_by_asset').on(table.assetId),
  ],
);

/** How far each consumer group has come in each partition of each log. */
export const logPositions = pgTable(
  'log_positions',
  {
    logId: id('log_id').notNull(),
    consumerGroup: id('consumer_group').notNull(),
    partition: integer('partition').notNull(),
    /** Where this group began: what lies before was deleted before it came. */
    start: bigint('start', { mode: 'number' }).notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.logId, table.consumerGroup, table.partition] })],
);

/** The ledger, per device, and the memory that tells its repeats from news. */
export const deviceLedger = pgTable('device_ledger', {
  deviceId: id('device_id').primaryKey(),
  processed: count('processed'),
  rejected: count('rejected'),
  decoded: count('decoded'),
  stored: count('stored'),
  duplicate: count('duplicate'),
  quarantined: count('quarantined'),
  /** Of the stored readings: those that came late, and those of a clock that was wrong or unknown. */
  late: count('late'),
  clockRepaired: count('clock_repaired'),
  clockUnknown: count('clock_unknown'),
  /** As the payloads named it last. */
  firmware: text('firmware'),
  lastReceivedAt: time('last_received_at').notNull(),
  memory: bytes('memory').notNull(),
});

/** What came of the uplinks of each day of the city. A slot is written by one process at a time; -1: days that are over. */
export const qualityDays = pgTable(
  'quality_days',
  {
    day: date('day', { mode: 'string' }).notNull(),
    slot: integer('slot').notNull(),
    model: id('model').notNull(),
    firmware: id('firmware').notNull(),
    /** A counter, or a reason: `rejected:<code>`, `quarantined:<code>`. */
    measure: id('measure').notNull(),
    count: bigint('count', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.slot, table.model, table.firmware, table.measure] })],
);

/** The embedded telemetry store: one row for what one device measured at one moment. */
export const readings = pgTable(
  'readings',
  {
    deviceId: id('device_id').notNull(),
    observedAt: time('observed_at').notNull(),
    assetId: id('asset_id'),
    receivedAt: time('received_at').notNull(),
    clock: text('clock').notNull(),
    quality: smallint('quality').notNull(),
    values: jsonb('values').notNull(),
  },
  // No second B-tree: in PGlite it would cost a third of the time of an insert. `reading_sources` stands in for it, and a
  // block range index, which is next to nothing because rows arrive nearly in order of time.
  (table) => [
    primaryKey({ columns: [table.deviceId, table.observedAt] }),
    index('readings_by_time').using('brin', table.observedAt).with({ autosummarize: true, pages_per_range: 32 }),
  ],
);

/** Rows of `[count, sum, min, max]` per quantity (flags: `[count, sum]`), by the hour and by the local day. */
const rollUpColumns = {
  deviceId: id('device_id').notNull(),
  start: time('start').notNull(),
  assetId: id('asset_id'),
  totals: jsonb('totals').notNull(),
};

export const readingHours = pgTable('reading_hours', rollUpColumns, (table) => [
  unique('reading_hours_once').on(table.deviceId, table.start, table.assetId).nullsNotDistinct(),
  index('reading_hours_by_time').using('brin', table.start).with({ autosummarize: true, pages_per_range: 32 }),
]);

export const readingDays = pgTable('reading_days', rollUpColumns, (table) => [
  unique('reading_days_once').on(table.deviceId, table.start, table.assetId).nullsNotDistinct(),
  index('reading_days_by_time').using('brin', table.start).with({ autosummarize: true, pages_per_range: 32 }),
]);

/** Hours and days that are to be rolled up. What is noted while it is claimed stands beside the claim. */
export const dueRollUps = pgTable(
  'due_roll_ups',
  {
    grain: text('grain').notNull(),
    start: time('start').notNull(),
    claimed: boolean('claimed').notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.grain, table.start, table.claimed] })],
);

/** Which devices have measured which asset, so that an asset's readings are found by device. */
export const readingSources = pgTable(
  'reading_sources',
  {
    assetId: id('asset_id').notNull(),
    deviceId: id('device_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.assetId, table.deviceId] })],
);

export const deadLetters = pgTable(
  'dead_letters',
  {
    letterId: bigserial('letter_id', { mode: 'number' }).primaryKey(),
    logId: id('log_id').notNull(),
    partition: integer('partition').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    deviceId: id('device_id').notNull(),
    topic: text('topic').notNull(),
    receivedAt: time('received_at').notNull(),
    qos: smallint('qos').notNull(),
    payload: bytes('payload').notNull(),
    code: text('code').notNull(),
    detail: text('detail').notNull(),
    state: text('state').notNull().default('open'),
    attempts: integer('attempts').notNull().default(1),
  },
  (table) => [
    uniqueIndex('dead_letters_once').on(table.logId, table.partition, table.sequence),
    index('dead_letters_by_state').on(table.state, table.letterId),
    index('dead_letters_by_device').on(table.deviceId, table.letterId),
    index('dead_letters_by_code').on(table.code, table.letterId),
  ],
);

/**
 * How many dead letters there are, in parts: a trigger on them adds rows to it (and never waits for anybody's), which are put
 * together now and then. The letters themselves may be millions.
 */
export const deadLetterCounts = pgTable('dead_letter_counts', {
  code: text('code').notNull(),
  state: text('state').notNull(),
  change: bigint('change', { mode: 'number' }).notNull(),
});

export const quarantinedReadings = pgTable(
  'quarantined_readings',
  {
    quarantineId: bigserial('quarantine_id', { mode: 'number' }).primaryKey(),
    deviceId: id('device_id').notNull(),
    receivedAt: time('received_at').notNull(),
    /** As the device said, however wrong: a bigint of UTC ms, because it may lie outside of what a timestamp holds. */
    deviceTime: bigint('device_time', { mode: 'number' }),
    code: text('code').notNull(),
    values: jsonb('values').notNull(),
  },
  (table) => [index('quarantined_by_device').on(table.deviceId, table.quarantineId)],
);

/** The memory that the rules have of a device. */
export const ruleStates = pgTable(
  'rule_states',
  {
    deviceId: id('device_id').primaryKey(),
    partition: integer('partition').notNull(),
    state: text('state').notNull(),
    /** The same of the rules that only record. */
    shadow: text('shadow'),
  },
  (table) => [index('rule_states_by_partition').on(table.partition)],
);

/** Versions of rules that people have saved. Rows are only added. */
export const ruleVersions = pgTable(
  'rule_versions',
  {
    ruleId: id('rule_id').notNull(),
    /** From 1 on, for each rule. */
    number: integer('number').notNull(),
    /** `draft`, `shadow`, `live`, `retired`, or `file`: what the rule files say holds again. */
    state: text('state').notNull(),
    /** The version that alerts name. */
    ruleVersion: text('rule_version'),
    yaml: text('yaml').notNull(),
    author: text('author').notNull(),
    reason: text('reason').notNull(),
    savedAt: time('saved_at').notNull(),
    /** The number of the version that it brings back; 0: that of the rule files. */
    restores: integer('restores'),
  },
  (table) => [primaryKey({ columns: [table.ruleId, table.number] })],
);

export const alerts = pgTable(
  'alerts',
  {
    alertId: uuid('alert_id').primaryKey(),
    ruleId: text('rule_id').notNull(),
    ruleVersion: text('rule_version').notNull(),
    severity: text('severity').notNull(),
    title: jsonb('title').notNull(),
    subject: text('subject').notNull(),
    assetId: id('asset_id'),
    deviceId: id('device_id').notNull(),
    raisedAt: time('raised_at').notNull(),
    acknowledgedAt: time('acknowledged_at'),
    acknowledgedBy: text('acknowledged_by'),
    clearedAt: time('cleared_at'),
    clearReason: text('clear_reason'),
    raisedBy: jsonb('raised_by').notNull(),
    clearedBy: jsonb('cleared_by'),
    /** Why it was raised, became worse and was cleared; null: nobody said. */
    explanation: jsonb('explanation'),
    /** Why nobody is told of it now: `byDesign`, `outOfService` or `shelved`; null: everybody is. */
    suppression: text('suppression'),
    /** When that ends by itself at the latest. */
    suppressedUntil: time('suppressed_until'),
    /** The alert of the group that stands for this one. */
    groupAlertId: uuid('group_alert_id'),
    /** Of the alert of a group: for how many it has stood. */
    members: integer('members'),
  },
  (table) => [
    // One problem, one alert.
    uniqueIndex('alerts_one_open')
      .on(table.subject, table.ruleId)
      .where(sql`cleared_at is null`),
    index('alerts_by_time').on(table.raisedAt, table.alertId),
    index('alerts_by_asset').on(table.assetId),
    // The members of a group that are still open, and those that were.
    index('alerts_by_group')
      .on(table.groupAlertId)
      .where(sql`group_alert_id is not null`),
    index('alerts_suppressed')
      .on(table.suppressedUntil)
      .where(sql`suppression is not null and cleared_at is null`),
    index('alerts_by_device').on(table.deviceId),
    // Those that nobody has seen yet, among the many that are over.
    index('alerts_to_escalate')
      .on(table.severity, table.raisedAt, table.alertId)
      .where(sql`cleared_at is null and acknowledged_at is null`),
    // Whether a problem was there before.
    index('alerts_by_problem').on(table.subject, table.ruleId, table.clearedAt),
  ],
);

/** Whom an alert that nobody acknowledged was told to: each step at each severity once. Rows are only added. */
export const alertEscalations = pgTable(
  'alert_escalations',
  {
    alertId: uuid('alert_id')
      .notNull()
      .references(() => alerts.alertId),
    severity: text('severity').notNull(),
    step: integer('step').notNull(),
    at: time('at').notNull(),
    department: text('department'),
    recipients: jsonb('recipients').notNull(),
  },
  (table) => [primaryKey({ columns: [table.alertId, table.severity, table.step] })],
);

/** What rules in shadow mode recorded. A table of its own, so that no question about alerts can meet them. */
export const shadowAlerts = pgTable(
  'shadow_alerts',
  {
    alertId: uuid('alert_id').primaryKey(),
    ruleId: text('rule_id').notNull(),
    ruleVersion: text('rule_version').notNull(),
    severity: text('severity').notNull(),
    title: jsonb('title').notNull(),
    subject: text('subject').notNull(),
    assetId: id('asset_id'),
    deviceId: id('device_id').notNull(),
    raisedAt: time('raised_at').notNull(),
    clearedAt: time('cleared_at'),
    clearReason: text('clear_reason'),
    raisedBy: jsonb('raised_by').notNull(),
    clearedBy: jsonb('cleared_by'),
    /** The job that it would have asked for. */
    job: jsonb('job'),
  },
  (table) => [
    uniqueIndex('shadow_alerts_one_open')
      .on(table.subject, table.ruleId)
      .where(sql`cleared_at is null`),
    index('shadow_alerts_by_time').on(table.raisedAt, table.alertId),
  ],
);

export const jobs = pgTable(
  'jobs',
  {
    jobId: uuid('job_id').primaryKey(),
    number: serial('number').notNull().unique(),
    kind: text('kind').notNull(),
    title: jsonb('title').notNull(),
    /** What a person wrote who asked for it. */
    description: text('description'),
    department: text('department')
      .notNull()
      .references(() => departments.departmentId),
    crew: text('crew'),
    /** The department that the rule or the asset named, before the organisation routed it. */
    draftedFor: text('drafted_for'),
    assetId: id('asset_id'),
    deviceId: id('device_id'),
    /** Where it is, if it is about no asset: `{ name, district, position }`. */
    place: jsonb('place'),
    priority: text('priority').notNull(),
    state: text('state').notNull(),
    assignee: text('assignee'),
    waitingFor: text('waiting_for'),
    tags: text('tags').array().notNull().default([]),
    createdAt: time('created_at').notNull(),
    dueAt: time('due_at'),
    /** When it was said that it is overdue: of the time `due_at` if it is not before it. */
    overdueAt: time('overdue_at'),
    closedAt: time('closed_at'),
    evidence: jsonb('evidence'),
    /** When it was said that it is done and nobody has confirmed it. */
    unprovenAt: time('unproven_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    index('jobs_by_time').on(table.createdAt, table.jobId),
    index('jobs_by_department').on(table.department, table.state),
    // Columns of a board: the few of each state that are not closed yet, and the newest of those that are.
    index('jobs_by_state').on(table.state, table.createdAt, table.jobId),
    index('jobs_by_asset').on(table.assetId),
    // Those of which it may have to be said, among the many that are closed.
    index('jobs_to_escalate')
      .on(table.dueAt)
      .where(
        sql`state in ('open', 'assigned', 'inProgress', 'waiting') and (overdue_at is null or overdue_at < due_at)`,
      ),
    // Those that are overdue, of which people are told step by step.
    index('jobs_overdue')
      .on(table.dueAt, table.jobId)
      .where(sql`state in ('open', 'assigned', 'inProgress', 'waiting') and overdue_at >= due_at`),
    index('jobs_to_prove')
      .on(table.closedAt)
      .where(sql`state = 'done' and evidence is null and unproven_at is null`),
  ],
);

export const jobAlerts = pgTable(
  'job_alerts',
  {
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.jobId),
    alertId: uuid('alert_id')
      .notNull()
      .references(() => alerts.alertId),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.alertId] }), index('job_alerts_by_alert').on(table.alertId)],
);

/** Whom a job was told to that was overdue: each step once since it was said. Rows are only added. */
export const jobEscalations = pgTable(
  'job_escalations',
  {
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.jobId),
    /** `jobs.overdue_at` at that time: with a later due time the steps begin anew. */
    overdueAt: time('overdue_at').notNull(),
    step: integer('step').notNull(),
    at: time('at').notNull(),
    department: text('department').notNull(),
    recipients: jsonb('recipients').notNull(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.overdueAt, table.step] })],
);

/** What was done to a job, by whom. Rows are only added. */
export const jobHistory = pgTable(
  'job_history',
  {
    entryId: bigserial('entry_id', { mode: 'number' }).primaryKey(),
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.jobId),
    at: time('at').notNull(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    fromState: text('from_state'),
    toState: text('to_state').notNull(),
    note: text('note'),
    changes: jsonb('changes'),
    /** Of the request that did it, so that it is done once; null: nobody asked so. */
    requestKey: text('request_key'),
  },
  (table) => [
    index('job_history_by_job').on(table.jobId, table.entryId),
    uniqueIndex('job_history_once')
      .on(table.jobId, table.requestKey)
      .where(sql`request_key is not null`),
  ],
);

/**
 * What must leave the system, written in the transaction that made it so. Readers go by (tx, id) and only up to the
 * oldest transaction still running: a row of a slow transaction may get its id before, and be seen after, a later one.
 */
export const outbox = pgTable(
  'outbox',
  {
    eventId: bigserial('event_id', { mode: 'number' }).primaryKey(),
    tx: transactionId('tx')
      .notNull()
      .default(sql`pg_current_xact_id()`),
    type: text('type').notNull(),
    at: time('at').notNull(),
    data: jsonb('data').notNull(),
    /** When it was handed to the work queue; null: not yet. */
    relayedAt: time('relayed_at'),
  },
  (table) => [
    index('outbox_in_order').on(table.tx, table.eventId),
    index('outbox_waiting')
      .on(table.eventId)
      .where(sql`relayed_at is null`),
  ],
);

/** What is known of open alerts whose job and notification may wait, or may be taken over by the job of a group. */
export const heldAlerts = pgTable(
  'held_alerts',
  {
    alertId: uuid('alert_id')
      .primaryKey()
      .references(() => alerts.alertId),
    state: text('state').notNull(),
    /** Whether anybody outside has been told of it. */
    told: boolean('told').notNull(),
    /** The job that it asks for. */
    job: jsonb('job'),
    groupKey: text('group_key'),
    /** What makes a group of it. */
    grouping: jsonb('grouping'),
    /** How long it may become one of a group that forms, and waits for that unless it has its job at once. */
    waitsUntil: time('waits_until'),
  },
  (table) => [index('held_alerts_by_group').on(table.groupKey), index('held_alerts_by_state').on(table.state)],
);

/** Groups that are open: the alert that stands for the members, by what they have in common. */
export const alertGroups = pgTable('alert_groups', {
  groupKey: text('group_key').primaryKey(),
  alertId: uuid('alert_id')
    .notNull()
    .references(() => alerts.alertId),
  /** When its first member was raised. */
  since: time('since').notNull(),
});

/** Alarms that somebody has shelved for a while. Rows are only added and ended. */
export const alertShelves = pgTable(
  'alert_shelves',
  {
    shelfId: uuid('shelf_id').primaryKey(),
    alertId: uuid('alert_id')
      .notNull()
      .references(() => alerts.alertId),
    subject: text('subject').notNull(),
    ruleId: text('rule_id').notNull(),
    /** `problem`: what is raised of the same subject and rule meanwhile is shelved too; `alert`: this one alone. */
    scope: text('scope').notNull(),
    since: time('since').notNull(),
    until: time('until').notNull(),
    reason: text('reason').notNull(),
    shelvedBy: text('shelved_by').notNull(),
    endedAt: time('ended_at'),
    endedBy: text('ended_by'),
  },
  (table) => [
    index('alert_shelves_by_problem').on(table.subject, table.ruleId, table.until),
    index('alert_shelves_by_time').on(table.since, table.shelfId),
  ],
);

/** Planned work. Rows are only added and ended. */
export const maintenanceWindows = pgTable(
  'maintenance_windows',
  {
    windowId: uuid('window_id').primaryKey(),
    /** What it is about: each that is given narrows it. */
    assetIds: text('asset_ids').array(),
    cabinetId: text('cabinet_id'),
    district: text('district'),
    ruleId: text('rule_id'),
    startsAt: time('starts_at').notNull(),
    endsAt: time('ends_at').notNull(),
    reason: text('reason').notNull(),
    createdAt: time('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    endedAt: time('ended_at'),
    endedBy: text('ended_by'),
  },
  (table) => [
    index('maintenance_windows_by_end').on(table.endsAt),
    index('maintenance_windows_by_start').on(table.startsAt, table.windowId),
  ],
);

/** Notifications that count against the cap of a department and hour, and those beyond it, for the digest. */
export const countedNotifications = pgTable(
  'counted_notifications',
  {
    eventId: bigint('event_id', { mode: 'number' }).notNull(),
    channel: text('channel').notNull(),
    department: text('department').notNull(),
    hour: time('hour').notNull(),
    withheld: boolean('withheld').notNull(),
    /** The event of the digest in which it stands. */
    digestId: bigint('digest_id', { mode: 'number' }),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.channel] }),
    index('counted_notifications_by_hour').on(table.channel, table.department, table.hour, table.withheld),
    index('counted_notifications_due')
      .on(table.hour)
      .where(sql`withheld and digest_id is null`),
  ],
);

/** How an event fared on a channel. */
export const deliveries = pgTable(
  'deliveries',
  {
    eventId: bigint('event_id', { mode: 'number' })
      .notNull()
      .references(() => outbox.eventId),
    channel: text('channel').notNull(),
    attempts: integer('attempts').notNull().default(0),
    deliveredAt: time('delivered_at'),
    lastError: text('last_error'),
    /** When it was given up; null: not. */
    givenUpAt: time('given_up_at'),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.channel] }),
    // The few that are still open, and the few that were given up, among the many that arrived.
    index('deliveries_undelivered')
      .on(table.eventId, table.channel)
      .where(sql`delivered_at is null`),
  ],
);

/** The local logs from which uplinks are forwarded into the shared one, as their processes reported last. */
export const logSources = pgTable('log_sources', {
  sourceId: text('source_id').primaryKey(),
  taken: bigint('taken', { mode: 'number' }).notNull(),
  forwarded: bigint('forwarded', { mode: 'number' }).notNull(),
  problem: text('problem'),
  reportedAt: time('reported_at').notNull(),
});

/** How the runs of each schedule stand. */
export const scheduledRuns = pgTable('scheduled_runs', {
  name: id('name').primaryKey(),
  /** The due time that was taken up last. */
  dueAt: time('due_at').notNull(),
  /** When its run was done; null: it is still to be done. */
  doneAt: time('done_at'),
  /** Failed since the last run that was done. */
  attempts: integer('attempts').notNull().default(0),
  lastError: text('last_error'),
  lastRunAt: time('last_run_at'),
  retryAt: time('retry_at'),
  /** Who runs it, until when unless he renews it: by the clock of this server. */
  holder: text('holder'),
  heldUntil: time('held_until'),
});

/** Photos of jobs, apart from them: nobody who reads jobs reads pictures. */
export const jobPhotos = pgTable(
  'job_photos',
  {
    photoId: uuid('photo_id').primaryKey().defaultRandom(),
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.jobId),
    mediaType: text('media_type').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    /** SHA-256 of the content: the same picture sent again is told by it. */
    digest: bytes('digest').notNull(),
    content: bytes('content').notNull(),
    addedAt: time('added_at').notNull(),
    addedBy: text('added_by').notNull(),
  },
  (table) => [uniqueIndex('job_photos_once').on(table.jobId, table.digest)],
);

export const tours = pgTable(
  'tours',
  {
    tourId: uuid('tour_id').primaryKey().defaultRandom(),
    number: serial('number').notNull().unique(),
    department: text('department')
      .notNull()
      .references(() => departments.departmentId),
    area: text('area'),
    /** Day of the city's calendar. */
    serviceDay: date('service_day').notNull(),
    /** Of the department, as the organisation names it. */
    crew: text('crew'),
    assignee: text('assignee'),
    /** Where it begins and ends, `[longitude, latitude]`. */
    depot: jsonb('depot'),
    createdAt: time('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    cancelledAt: time('cancelled_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [index('tours_by_day').on(table.serviceDay, table.number)],
);

export const tourStops = pgTable(
  'tour_stops',
  {
    tourId: uuid('tour_id')
      .notNull()
      .references(() => tours.tourId),
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.jobId),
    position: integer('position').notNull(),
    longitude: doublePrecision('longitude').notNull(),
    latitude: doublePrecision('latitude').notNull(),
    /** 0 to 1, as expected when it was planned. */
    fillingLevel: doublePrecision('filling_level'),
    /** When the job was free for another tour; null: it is bound to this one. */
    releasedAt: time('released_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tourId, table.jobId] }),
    // One job, one open tour.
    uniqueIndex('tour_stops_one_open')
      .on(table.jobId)
      .where(sql`released_at is null`),
  ],
);

/** Records of other systems that stand for jobs. */
export const externalReferences = pgTable(
  'external_references',
  {
    target: id('target').notNull(),
    jobId: uuid('job_id').notNull(),
    externalId: id('external_id'),
    externalNumber: text('external_number'),
    /** State and priority in the words of the other system, and when and how often it changed them. */
    state: text('state'),
    priority: text('priority'),
    updatedAt: time('updated_at'),
    revision: bigint('revision', { mode: 'number' }),
    sentDigest: text('sent_digest'),
    agreedState: text('agreed_state'),
    isSettled: boolean('is_settled').notNull().default(true),
    problem: jsonb('problem'),
    createdAt: time('created_at').notNull(),
    changedAt: time('changed_at').notNull(),
    /** Who works on it, until when: by the clock of this server. */
    holder: text('holder'),
    heldUntil: time('held_until'),
  },
  (table) => [
    primaryKey({ columns: [table.target, table.jobId] }),
    uniqueIndex('external_references_by_record').on(table.target, table.externalId),
    index('external_references_by_job').on(table.jobId),
    index('external_references_by_change').on(table.changedAt, table.target, table.jobId),
    index('external_references_to_look_at')
      .on(table.changedAt)
      .where(sql`problem is not null`),
  ],
);

/** Photos of jobs that were sent to another system, or are about to be: also those that are gone here, until they are gone there. */
export const handedPhotos = pgTable(
  'handed_photos',
  {
    target: id('target').notNull(),
    jobId: uuid('job_id').notNull(),
    photoId: uuid('photo_id').notNull(),
    externalId: id('external_id'),
    /** null: it may have arrived. */
    sentAt: time('sent_at'),
  },
  (table) => [primaryKey({ columns: [table.target, table.jobId, table.photoId] })],
);

/** Up to when the changes in another system were seen, by its clock. */
export const handoverProgress = pgTable('handover_progress', {
  target: id('target').primaryKey(),
  seenUntil: time('seen_until').notNull(),
});

/** Messages of other systems that were taken, so that none is taken twice. */
export const handoverReceipts = pgTable(
  'handover_receipts',
  {
    target: id('target').notNull(),
    receipt: id('receipt').notNull(),
    takenAt: time('taken_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.target, table.receipt] }),
    index('handover_receipts_by_time').on(table.takenAt),
  ],
);
