import { Controller, Get, Inject } from '@nestjs/common';
import { DeviceRegistry } from '@stadtfunk/devices';
import { Ledger } from '@stadtfunk/ingest';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found } from '../problem.ts';
import { showDeviceLedger, showLedger } from './ledger.schema.ts';

@Controller('api/v1')
export class LedgerController {
  constructor(
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
  ) {}

  @Get('ledger')
  @Needs('quality.read')
  @Operation(showLedger)
  total(): Promise<AnswerOf<typeof showLedger>> {
    return this.ledger.total();
  }

  @Get('devices/:deviceId/ledger')
  @Needs('devices.read')
  @Operation(showDeviceLedger)
  async ofDevice(
    @Input() { params: { deviceId } }: InputOf<typeof showDeviceLedger>,
  ): Promise<AnswerOf<typeof showDeviceLedger>> {
    found(await this.registry.findDevice(deviceId), 'device', deviceId);
    return this.ledger.ofDevice(deviceId);
  }
}
