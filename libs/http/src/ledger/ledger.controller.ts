import { Controller, Get, Inject } from '@nestjs/common';
import { type Departments as Of, DeviceRegistry } from '@stadtfunk/devices';
import { Ledger } from '@stadtfunk/ingest';
import { Needs } from '../access/needs.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { Departments } from '../access/caller.ts';
import { visibleDevice } from '../assets/visible.ts';
import { showDeviceLedger, showLedger } from './ledger.schema.ts';

/** What of a device still waits is counted in the uplink log, as raw uplinks are sought. */
const MOST_WAITING = 8;

@Controller('api/v1')
export class LedgerController {
  readonly #counts = new OneAtATime(MOST_WAITING, 'uplinks.busy', 'too many are searching the uplink log; try again');

  constructor(
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
  ) {}

  @Get('ledger')
  @Needs('quality.read', 'everywhere')
  @Operation(showLedger)
  total(): Promise<AnswerOf<typeof showLedger>> {
    return this.ledger.total();
  }

  @Get('devices/:deviceId/ledger')
  @Needs('devices.read')
  @Operation(showDeviceLedger)
  async ofDevice(
    @Input() { params: { deviceId } }: InputOf<typeof showDeviceLedger>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof showDeviceLedger>> {
    await visibleDevice(this.registry, deviceId, departments);
    return this.#counts.run(() => this.ledger.ofDevice(deviceId));
  }
}
