import { Controller, Get, Inject } from '@nestjs/common';
import { type BoundDevice, type Departments as Of, DeviceRegistry, RegistrySearch } from '@stadtfunk/devices';
import { DeadLetterOffice, explainUplink } from '@stadtfunk/ingest';
import { TelemetryStore } from '@stadtfunk/readings';
import { findUplinks, UplinkLog } from '@stadtfunk/uplinks';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { visibleDevice } from '../assets/visible.ts';
import { decodeDeadLetter } from '../dead-letters/dead-letter.schema.ts';
import { ownLetter } from '../dead-letters/own-letter.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { isoOrNull } from '../schemas.ts';
import { boundDevice } from './bound-device.ts';
import { storedOf, textOf, toExplained, toUplinkBody } from './uplink-mapping.ts';
import { listUplinks } from './uplink.schema.ts';

/** What one search may take: beyond it the answer says how far it came. */
const BUDGET_MS = 1_500;
const MOST_WAITING = 8;

@Controller('api/v1')
export class UplinksController {
  readonly #searches = new OneAtATime(MOST_WAITING, 'uplinks.busy', 'too many are searching the uplink log; try again');

  constructor(
    @Inject(UplinkLog) private readonly log: UplinkLog,
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
    @Inject(RegistrySearch) private readonly bindings: RegistrySearch,
    @Inject(DeadLetterOffice) private readonly office: DeadLetterOffice,
    @Inject(TelemetryStore) private readonly telemetry: TelemetryStore,
  ) {}

  @Get('devices/:deviceId/uplinks')
  @Operation(listUplinks)
  @Needs('devices.read')
  async list(
    @Input() { params, query }: InputOf<typeof listUplinks>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof listUplinks>> {
    const { deviceId } = await visibleDevice(this.registry, params.deviceId, departments);
    const bound = await boundDevice(this.registry, this.bindings, deviceId);
    const search = { deviceId, ...query, budgetMs: BUDGET_MS, elapsed: () => performance.now() };
    const { uplinks, from, searchedTo, isComplete } = await this.#searches.run(() => findUplinks(this.log, search));
    const explained = uplinks.map((uplink) => explainUplink(uplink, bound));
    const stored = await storedOf(this.telemetry, explained);
    return {
      items: uplinks.map((uplink, index) => toUplinkBody(uplink, explained[index]!, stored)),
      next: isComplete ? null : from,
      searchedTo: isoOrNull(searchedTo),
      complete: isComplete,
    };
  }

  @Get('dead-letters/:letterId/decoded')
  @Operation(decodeDeadLetter)
  @Needs('quality.read')
  async decode(
    @Input() { params: { letterId } }: InputOf<typeof decodeDeadLetter>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof decodeDeadLetter>> {
    const letter = await ownLetter(this.office, this.registry, letterId, departments);
    const bound: BoundDevice | undefined = await boundDevice(this.registry, this.bindings, letter.deviceId);
    const explained = explainUplink({ ...letter, qos: 1 }, bound);
    const stored = await storedOf(this.telemetry, [explained]);
    return { letterId, text: textOf(letter.payload), ...toExplained(explained, stored) };
  }
}
