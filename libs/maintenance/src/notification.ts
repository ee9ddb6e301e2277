import { Fault, type Clock, type CodedError } from '@stadtfunk/kernel';
import type { Outbox, OutboxEvent } from './outbox.ts';
import type { WorkHandler } from './work-queue.ts';

/** Delivered, or why not and whether trying again can help. */
export type NotificationResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: CodedError;
      readonly retryable: boolean;
      /** So long the other side asked to be left alone, ms: it has not judged the event, so this was no attempt. */
      readonly postponedMs?: number;
    };

/** Whoever asks to be left alone for no time at all is not asked again at once. */
const LEAST_POSTPONED_MS = 1_000;

/** A way to tell somebody outside about an event. */
export abstract class NotificationChannel {
  /** Stable: part of the stored record of deliveries. */
  abstract readonly channel: string;
  abstract deliver(event: OutboxEvent): Promise<NotificationResult>;

  /** How long an event must wait because the channel has enough to do, ms; 0 has it delivered now, and is asked once for that. */
  postponeMs(_event: OutboxEvent): number {
    return 0;
  }
}

/** The handler of queue `notify`: delivers each event once per channel and keeps how it went. */
export function notifyHandler(
  outbox: Outbox,
  channels: readonly NotificationChannel[],
  clock: Clock,
): WorkHandler<'notify'> {
  const byName = new Map(channels.map((channel) => [channel.channel, channel]));
  return async ({ payload: { eventId, channel: name }, isLastAttempt }) => {
    const found = await outbox.find(eventId, name);
    // Past its retention: there is nothing left to tell.
    if (!found) return;
    const { event, delivery: before } = found;
    if (before && before.deliveredAt !== null) return;
    // Failing makes the queue forget it, so that it can be added again when somebody wants it tried again.
    if (before && before.givenUpAt !== null) throw new Fault('delivery.givenUp', 'it was given up before', false);

    const channel = byName.get(name);
    const postponedMs = channel?.postponeMs(event) ?? 0;
    if (postponedMs > 0) return { postponedMs };
    const record = async (result: NotificationResult) => {
      const now = clock.now();
      const isPostponed = !result.ok && result.postponedMs !== undefined;
      const isGivenUp = !result.ok && !isPostponed && (isLastAttempt || !result.retryable);
      await outbox.recordDelivery({
        eventId,
        channel: name,
        attempts: (before?.attempts ?? 0) + (isPostponed ? 0 : 1),
        deliveredAt: result.ok ? now : null,
        lastError: result.ok ? null : `${result.error.code}: ${result.error.detail}`,
        givenUpAt: isGivenUp ? now : null,
      });
    };
    let result: NotificationResult;
    try {
      result = channel
        ? await channel.deliver(event)
        : failed('channel.unknown', `channel '${name}' is not configured`, true);
    } catch (thrown) {
      await record(failureOf(thrown));
      throw thrown;
    }
    await record(result);
    if (result.ok) return;
    if (result.postponedMs !== undefined) return { postponedMs: Math.max(result.postponedMs, LEAST_POSTPONED_MS) };
    throw new Fault(result.error.code, result.error.detail, result.retryable);
  };
}

/** What is thrown counts as an attempt, too: else it would be tried for ever, and nobody would read of it. */
function failureOf(thrown: unknown): NotificationResult {
  if (thrown instanceof Fault) return failed(thrown.code, thrown.message, thrown.retryable);
  // Its message may hold anything.
  return failed('channel.fault', thrown instanceof Error ? thrown.name : 'unknown', true);
}

function failed(code: string, detail: string, retryable: boolean): NotificationResult {
  return { ok: false, error: { code, detail }, retryable };
}
