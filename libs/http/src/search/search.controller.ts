import { Controller, Get, Inject } from '@nestjs/common';
import { type Asset, type Departments as Of, NUMBER_ATTRIBUTES, RegistrySearch } from '@stadtfunk/devices';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { isoOrNull } from '../schemas.ts';
import { searchRegistry } from './search.schema.ts';

@Controller('api/v1/search')
export class SearchController {
  constructor(@Inject(RegistrySearch) private readonly searches: RegistrySearch) {}

  @Get()
  @Operation(searchRegistry)
  @Needs('assets.read')
  async search(
    @Input() { query: { q, kind, limit } }: InputOf<typeof searchRegistry>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof searchRegistry>> {
    const { assets, devices } = await this.searches.search({ text: q, kinds: kind, departments, limit });
    const deviceHits = devices.map(({ deviceId, model, lifecycle, imei, assetId, lastContactAt }) => {
      const kind = 'device' as const;
      return { kind, deviceId, model, lifecycle, imei, assetId, lastContactAt: isoOrNull(lastContactAt) };
    });
    return { items: [...assets.map(toHit), ...deviceHits], next: null };
  }
}

function toHit(asset: Asset) {
  const { assetId, type, name, district, location } = asset;
  const [longitude, latitude] = location.coordinates;
  return {
    kind: 'asset' as const,
    assetId,
    type,
    name,
    number: numberOf(asset),
    address: addressLine(asset.address),
    district,
    location: { type: location.type, coordinates: [longitude, latitude] as [number, number] },
  };
}

/** The number by which people call an asset. */
export function numberOf({ attributes }: Asset): string | null {
  for (const name of NUMBER_ATTRIBUTES) {
    const value = attributes[name];
    if (name !== 'circuit' && typeof value === 'string') return value;
  }
  return null;
}

const LINE = ['streetAddress', 'streetName', 'streetNr', 'postalCode', 'addressLocality'];

function addressLine(address: Asset['address']): string | null {
  const parts = LINE.flatMap((name) => address?.[name] ?? []);
  return parts.length > 0 ? parts.join(' ') : null;
}
