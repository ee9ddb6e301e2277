import { Controller, Get, Inject } from '@nestjs/common';
import { type Departments as Of, DeviceRegistry } from '@stadtfunk/devices';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Operation } from '../operation.ts';
import { listDistricts } from './asset.schema.ts';

@Controller('api/v1/districts')
export class DistrictsController {
  constructor(@Inject(DeviceRegistry) private readonly registry: DeviceRegistry) {}

  @Get()
  @Needs('assets.read')
  @Operation(listDistricts)
  async list(@Departments() departments: Of): Promise<AnswerOf<typeof listDistricts>> {
    const districts = await this.registry.listDistricts(departments ?? undefined);
    return { items: [...districts].sort((one, other) => one.district.localeCompare(other.district, 'de')) };
  }
}
