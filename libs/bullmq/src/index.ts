export { BullWorkQueue, type BullConnection, type BullWorkQueueOptions, type WorkQueueLog } from './bull-work-queue.ts';
export { OutboxRelay, type OutboxRelayLog, type OutboxRelayOptions, type Schedule } from './outbox-relay.ts';
