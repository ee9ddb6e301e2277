import { isAbsent, readNames, valueOf, type Spot, type YamlReader } from '@stadtfunk/yaml';
import { readDays } from './hours-reader.ts';
import { DEPOT_KEYS, MOST_SERVICE_RULES, SERVICE_KEYS } from './organisation-format.ts';
import type { Depot, ServiceRule } from './organisation.ts';
import { readList } from './values.ts';

/** Where a department works on which days; one rule for a district, and one for all others. */
export function readServiceDays(reader: YamlReader, spot: Spot): readonly ServiceRule[] | undefined {
  const spots: Spot[] = [];
  const rules = readList(reader, spot, 'rules such as { days: [tue, fri] }', MOST_SERVICE_RULES, (item) => {
    spots.push(item);
    return readServiceRule(reader, item);
  });
  if (!rules) return undefined;
  const lines = new Map<string | null, number>();
  let isSound = true;
  for (const [index, { districts }] of rules.entries()) {
    for (const district of districts ?? [null]) {
      const line = lines.get(district);
      if (line === undefined) {
        lines.set(district, reader.lineOf(spots[index]!));
        continue;
      }
      const what = district === null ? 'one rule without a district' : 'a district that no other rule names';
      reader.problem(spots[index]!, what, `${district === null ? 'another' : `'${district}'`}, as in line ${line}`);
      isSound = false;
    }
  }
  return isSound ? rules : undefined;
}

function readServiceRule(reader: YamlReader, spot: Spot): ServiceRule | undefined {
  const fields = reader.fields(spot, SERVICE_KEYS);
  if (!fields) return undefined;
  const weekdays = readDays(reader, fields.days);
  const districts = readNames<string>(reader, fields.district, null);
  return weekdays && districts !== undefined ? { weekdays, districts } : undefined;
}

/** null where nothing stands. */
export function readDepot(reader: YamlReader, spot: Spot): Depot | null | undefined {
  if (isAbsent(spot)) return null;
  const fields = reader.fields(spot, DEPOT_KEYS);
  if (!fields) return undefined;
  const latitude = readDegrees(reader, fields.latitude, 90);
  const longitude = readDegrees(reader, fields.longitude, 180);
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

function readDegrees(reader: YamlReader, spot: Spot, most: number): number | undefined {
  const value = valueOf(spot);
  if (typeof value === 'number' && Math.abs(value) <= most) return value;
  reader.problem(spot, `degrees from -${most} to ${most} such as 50.1331`);
  return undefined;
}
