import { Controller, Get, Inject, Post } from '@nestjs/common';
import { type Delivery, type DeliveryKey, Outbox } from '@stadtfunk/maintenance';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found, Problem } from '../problem.ts';
import { deliveryCursor, deliveryKeyOf, readDeliveryCursor, toDeliveryBody } from './delivery-mapping.ts';
import { listDeliveries, retryDelivery } from './delivery.schema.ts';

@Controller('api/v1/deliveries')
export class DeliveriesController {
  constructor(@Inject(Outbox) private readonly outbox: Outbox) {}

  @Get()
  @Needs('system.read', 'everywhere')
  @Operation(listDeliveries)
  async list(@Input() { query }: InputOf<typeof listDeliveries>): Promise<AnswerOf<typeof listDeliveries>> {
    const { limit, after } = query;
    const dead = await this.outbox.listGivenUp(after === undefined ? null : readDeliveryCursor(after), limit + 1);
    const last = dead.length > limit ? dead[limit - 1] : undefined;
    return { items: dead.slice(0, limit).map(toDeliveryBody), next: last ? deliveryCursor(last) : null };
  }

  @Post(':eventId/:channel/retry')
  @Needs('quality.repair', 'everywhere')
  @Operation(retryDelivery)
  async retry(@Input() { params }: InputOf<typeof retryDelivery>): Promise<AnswerOf<typeof retryDelivery>> {
    const { eventId, channel } = params;
    const key = deliveryKeyOf(eventId, channel);
    const isRetried = key !== undefined && (await this.outbox.retryDelivery(key));
    const delivery = found(await this.#find(key), 'delivery', `${eventId}/${channel}`);
    if (isRetried) return toDeliveryBody(delivery);
    const { state } = toDeliveryBody(delivery);
    throw new Problem(409, 'delivery.notDead', `the delivery is ${state}; only dead ones can be tried again`);
  }

  async #find(key: DeliveryKey | undefined): Promise<Delivery | undefined> {
    return (key && (await this.outbox.find(key.eventId, key.channel)))?.delivery ?? undefined;
  }
}
