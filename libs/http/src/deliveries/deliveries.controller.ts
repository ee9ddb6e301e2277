import { Controller, Get, Inject, Post } from '@nestjs/common';
import { type Delivery, type DeliveryKey, MaintenanceStore, Outbox } from '@stadtfunk/maintenance';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found, Problem } from '../problem.ts';
import { departmentsOfEvents, isVisible } from '../stream/event-audience.ts';
import { deliveryCursor, deliveryKeyOf, readDeliveryCursor, toDeliveryBody } from './delivery-mapping.ts';
import { listDeliveries, retryDelivery } from './delivery.schema.ts';

type Of = readonly string[] | null;

@Controller('api/v1/deliveries')
export class DeliveriesController {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
  ) {}

  @Get()
  @Needs('system.read')
  @Operation(listDeliveries)
  async list(
    @Input() { query }: InputOf<typeof listDeliveries>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof listDeliveries>> {
    const { limit, after } = query;
    const behind = after === undefined ? null : readDeliveryCursor(after);
    const dead = await this.outbox.listGivenUp(behind, limit + 1, departments ?? undefined);
    const last = dead.length > limit ? dead[limit - 1] : undefined;
    return { items: dead.slice(0, limit).map(toDeliveryBody), next: last ? deliveryCursor(last) : null };
  }

  @Post(':eventId/:channel/retry')
  @Needs('quality.repair')
  @Operation(retryDelivery)
  async retry(
    @Input() { params }: InputOf<typeof retryDelivery>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof retryDelivery>> {
    const { eventId, channel } = params;
    const key = deliveryKeyOf(eventId, channel);
    const find = async () => found(await this.#find(key, departments), 'delivery', `${eventId}/${channel}`);
    await find();
    const isRetried = key !== undefined && (await this.outbox.retryDelivery(key));
    const delivery = await find();
    if (isRetried) return toDeliveryBody(delivery);
    const { state } = toDeliveryBody(delivery);
    throw new Problem(409, 'delivery.notDead', `the delivery is ${state}; only dead ones can be tried again`);
  }

  /** Of an event that concerns somebody else there is none. */
  async #find(key: DeliveryKey | undefined, departments: Of): Promise<Delivery | undefined> {
    const { event, delivery } = (key && (await this.outbox.find(key.eventId, key.channel))) ?? {};
    if (!event || !delivery) return undefined;
    if (departments === null) return delivery;
    const owners = await departmentsOfEvents(this.maintenance, [event]);
    return isVisible(departments, owners.get(event)) ? delivery : undefined;
  }
}
