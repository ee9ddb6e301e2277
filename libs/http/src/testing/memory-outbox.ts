import {
  type Delivery,
  type DeliveryKey,
  type MaintenanceStore,
  Outbox,
  type OutboxEvent,
} from '@stadtfunk/maintenance';
import { departmentsOfEvents, isVisible } from '../stream/event-audience.ts';

/** Events and their deliveries in memory. */
export class MemoryOutbox extends Outbox {
  readonly #events = new Map<number, OutboxEvent>();
  readonly #deliveries = new Map<string, Delivery>();

  /** @param alerts by which it is known whom an alert concerns */
  constructor(private readonly alerts: Pick<MaintenanceStore, 'listAlerts'>) {
    super();
  }

  putEvent(event: OutboxEvent): void {
    this.#events.set(event.eventId, event);
  }

  override async waiting() {
    return [];
  }
  override async markRelayed() {}
  override async openDeliveries() {
    return [];
  }

  override async find(eventId: number, channel: string) {
    const event = this.#events.get(eventId);
    return event && { event, delivery: this.#deliveries.get(keyOf({ eventId, channel })) ?? null };
  }

  override async recordDelivery(delivery: Delivery): Promise<void> {
    this.#deliveries.set(keyOf(delivery), delivery);
  }

  override async countGivenUp() {
    return [...this.#deliveries.values()].filter(({ givenUpAt }) => givenUpAt !== null).length;
  }

  override async listGivenUp(after: DeliveryKey | null, limit: number, departments?: readonly string[]) {
    const dead = [...this.#deliveries].filter(([, { givenUpAt }]) => givenUpAt !== null).sort();
    const further = dead.filter(([key]) => after === null || key > keyOf(after)).map(([, delivery]) => delivery);
    const owners = await departmentsOfEvents(this.alerts, [...this.#events.values()]);
    const isOwn = ({ eventId }: Delivery) => isVisible(departments ?? null, owners.get(this.#events.get(eventId)!));
    return further.filter(isOwn).slice(0, limit);
  }

  override async retryDelivery(key: DeliveryKey): Promise<boolean> {
    const delivery = this.#deliveries.get(keyOf(key));
    if (!delivery || delivery.givenUpAt === null) return false;
    await this.recordDelivery({ ...delivery, givenUpAt: null });
    return true;
  }

  override async purge() {
    return 0;
  }
}

function keyOf({ eventId, channel }: DeliveryKey): string {
  return `${String(eventId).padStart(15, '0')}/${channel}`;
}
