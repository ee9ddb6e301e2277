/** What somebody may do, `<thing>.<verb>`. Every route of the API needs one of these, or says that it is open. */
export const PERMISSIONS = [
  'situation.read',
  'alerts.read',
  /** Acknowledge, shelve, assign. */
  'alerts.handle',
  'jobs.read',
  /** Start, wait, done, comment, photo. */
  'jobs.work',
  /** Create, assign, delegate, cancel, reopen, change. */
  'jobs.dispatch',
  'tours.read',
  'tours.plan',
  'assets.read',
  'assets.write',
  'devices.read',
  /** Binding and lifecycle. */
  'devices.write',
  /** Whatever shows a device's password: registering it, and giving it a new one. */
  'devices.password',
  'imports.write',
  'rules.read',
  'rules.write',
  'keyFigures.read',
  'quality.read',
  /** Dead letters and dead deliveries. */
  'quality.repair',
  'windows.write',
  'handovers.read',
  'accounts.manage',
  'audit.read',
  'system.read',
] as const;

export type Permission = (typeof PERMISSIONS)[number];
