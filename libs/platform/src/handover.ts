import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from '@stadtfunk/config';
import {
  checkSecrets,
  HandoverChannel,
  pollName,
  pollSchedules,
  pollTask,
  readHandoverPlan,
  secretsOf,
  StatusInbox,
  ticketSystemOf,
  type HandoverPlan,
  type TargetPlan,
} from '@stadtfunk/handover';
import { Fault, messageOf, type Clock } from '@stadtfunk/kernel';
import type { HandoverInbox, NotificationChannel, Schedule, ScheduledTasks } from '@stadtfunk/maintenance';
import { describeProblem } from '@stadtfunk/yaml';
import type { Records } from './records.ts';
import { UserError } from './user-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The targets of a hand-over file, or every problem with its line. */
export async function readHandoverFile(path: string): Promise<HandoverPlan> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    throw new UserError(`cannot read the hand-over file: ${messageOf(thrown)}`, 2);
  }
  const plan = readHandoverPlan(path, text);
  if (!plan.ok) throw new UserError(plan.error.map(describeProblem).join('\n'), 2);
  return plan.value;
}

/** What is handed over by this installation; nothing without `HANDOVER_FILE`. */
export async function handoverInForce({ HANDOVER_FILE }: Config): Promise<readonly TargetPlan[]> {
  return HANDOVER_FILE === undefined ? [] : (await readHandoverFile(HANDOVER_FILE)).targets;
}

export function handoverSchedules(targets: readonly TargetPlan[], { ZONE }: Config): readonly Schedule[] {
  return pollSchedules(targets, ZONE);
}

/** What the role `jobs` does for hand-overs: a channel for each target, and looks at those that are asked for their status. */
export function startHandovers(
  targets: readonly TargetPlan[],
  config: Config,
  records: Records,
  clock: Clock,
  environment: Environment = process.env,
): { readonly channels: readonly NotificationChannel[]; readonly tasks: ScheduledTasks } {
  return refusing(() => {
    checkSecrets(targets, environment);
    const secrets = secretsOf(environment);
    const holder = randomUUID();
    const link = config.PUBLIC_URL ?? null;
    const parts = { records: records.handovers, jobs: records.maintenance, photos: records.photos, clock };
    const network = { clock, secrets, link, allowPrivate: config.HANDOVER_ALLOW_PRIVATE };
    const running = targets.map((plan) => ({ plan, system: ticketSystemOf(plan, network) }));
    const channels = running.map(({ plan, system }) => {
      const findAsset = (assetId: string) => records.registry.findAsset(assetId);
      return new HandoverChannel({ ...parts, plan, system, findAsset, holder, link });
    });
    const polled = running.filter(({ plan }) => plan.status.everyMinutes !== null);
    const tasks = polled.map(({ plan, system }) => [pollName(plan), pollTask(plan, system, parts)] as const);
    return { channels, tasks: Object.fromEntries(tasks) };
  });
}

/** Where the role `api` takes what other systems tell; undefined: nobody is listened to. */
export function handoverInbox(
  targets: readonly TargetPlan[],
  records: Records,
  clock: Clock,
  environment: Environment = process.env,
): HandoverInbox | undefined {
  const heard = targets.filter(({ status }) => status.receive !== null);
  if (heard.length === 0) return undefined;
  return refusing(() => {
    // This role needs to know who tells, and not who is told.
    const secrets = secretsOf(environment);
    for (const { status } of heard) secrets(status.receive!.secret);
    const parts = { records: records.handovers, jobs: records.maintenance, clock };
    return new StatusInbox(heard, secrets, parts);
  });
}

/** What is wrong with the settings ends the program with one line. */
function refusing<T>(start: () => T): T {
  try {
    return start();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    throw new UserError(`HANDOVER_FILE: ${thrown.message}`, 2);
  }
}
