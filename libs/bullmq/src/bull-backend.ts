import { messageOf } from '@stadtfunk/kernel';
import type { BackendFactory, IQueueBackend } from 'bullmq';

/** The connections to the server that the queues are on: all that differs from one server to the other. */
export interface BullBackend {
  /** Gives BullMQ what a queue or a worker of that name talks through. It knows its connections: those in the options are ignored. */
  readonly create: BackendFactory<IQueueBackend, object>;
  /** Whether the server was lost and is not back yet. */
  isAway(): boolean;
  close(): Promise<void>;
}

export interface BackendEvents {
  trouble(error: Error, message: string): void;
  /** The server was away and is back. */
  returned(): void;
}

/**
 * An error as it may be logged. What ioredis throws carries the command with its arguments (of AUTH: the password), and a
 * server that does not know a command repeats them.
 */
export function loggable(thrown: unknown): Error {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const message = (messageOf(thrown) || code).replace(/,? with args beginning with:.*$/s, '');
  return Object.assign(new Error(message), code && { code });
}
