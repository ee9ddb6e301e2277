import { fail, ok, type Result } from '@stadtfunk/kernel';
import type { RuleSet } from '@stadtfunk/rules';
import { INCIDENT_KINDS, type IncidentKind } from '../truth/incident.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a rule is about. */
export interface Cover {
  readonly kinds: readonly IncidentKind[];
  /** It foretells that this will be so, within this time, ms. Absent: it says that it is so. */
  readonly aheadMs?: number;
}

/** By rule id. */
export type Covers = ReadonlyMap<string, Cover>;

/** What the rules are about that a city starts with. */
const DEFAULT_COVERS: Readonly<Record<string, Cover>> = {
  'waste.full': { kinds: ['bin.full'] },
  'waste.fullSoon': { kinds: ['bin.full'], aheadMs: 24 * HOUR_MS },
  'waste.fire': { kinds: ['bin.fire'] },
  'waste.tipped': { kinds: ['bin.tipped', 'bin.lidOpen'] },
  'parking.overstay': { kinds: ['spot.overstay'] },
  'parking.stuck': { kinds: ['sensor.wrong', 'spot.abandoned'] },
  'light.darkAtNight': { kinds: ['lamp.dark'] },
  'light.dayBurner': { kinds: ['lamp.dayBurner'] },
  'light.lampFailure': { kinds: ['lamp.failure'] },
  'light.controlGear': { kinds: ['lamp.controlGear'] },
  'light.relay': { kinds: ['lamp.relay'] },
  'device.offline': { kinds: ['device.silent'] },
  'device.noMeasurement': { kinds: ['device.noMeasurement'] },
  'device.batterySoon': { kinds: ['battery.low'], aheadMs: 30 * DAY_MS },
  'device.batteryLow': { kinds: ['battery.low'] },
};

/** What these rules are about: as by default, unless `given` says otherwise. A rule of which nobody knows is not examined. */
export function coversOf(rules: RuleSet, given: Covers = new Map()): Covers {
  const covers = new Map<string, Cover>();
  for (const { id } of rules.rules) {
    const cover = given.get(id) ?? (Object.hasOwn(DEFAULT_COVERS, id) ? DEFAULT_COVERS[id] : undefined);
    if (cover) covers.set(id, cover);
  }
  return covers;
}

const COVER = /^([a-z]\w*\.[a-z]\w*)=([A-Za-z.,]+)(?:@(\d{1,3})h)?$/;

/** Reads `my.rule=bin.full,bin.overfull`, or `my.rule=bin.full@24h` of one that foretells it. Error `cover.invalid`. */
export function readCover(text: string): Result<readonly [ruleId: string, cover: Cover]> {
  const [, ruleId, names, hours] = COVER.exec(text) ?? [];
  if (ruleId === undefined || names === undefined) {
    return fail('cover.invalid', `'${text}' is not like my.rule=bin.full,bin.fire or my.rule=bin.full@24h`);
  }
  const kinds: IncidentKind[] = [];
  for (const name of names.split(',')) {
    const kind = INCIDENT_KINDS.find((each) => each === name);
    if (!kind) return fail('cover.invalid', `'${name}' is none of ${INCIDENT_KINDS.join(', ')}`);
    kinds.push(kind);
  }
  return ok([ruleId, { kinds, ...(hours !== undefined && { aheadMs: Number(hours) * HOUR_MS }) }]);
}
