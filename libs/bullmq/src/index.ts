export { BullWorkQueue, type BullConnection, type BullWorkQueueOptions, type WorkQueueLog } from './bull-work-queue.ts';
export { OutboxRelay, type OutboxRelayLog, type OutboxRelayOptions } from './outbox-relay.ts';
export { type RunLater } from './run-later.ts';
export { Scheduler, type SchedulerOptions, type SchedulerParts } from './scheduler.ts';
