import type { Incident } from '../truth/incident.ts';
import type { Delivery } from './delivery.ts';
import { SIGNS } from './signs.ts';

const DAY_MS = 86_400_000;
/** Who foretells how a container fills needs to have seen it for two days, because one may be unlike the next. */
const LEARNING_MS = 2 * DAY_MS;
/** Nobody drives to a container that is less than half full. */
const HALF_FULL = 0.5;
const FULL = 0.85;
/** What fills so much faster than it did before, as at a festival, cannot be foretold. */
const UNUSUAL = 2;
/** Who foretells how a cell falls needs to have seen for two weeks from where. */
const PLATEAU_MS = 14 * DAY_MS;

export interface Ahead {
  readonly from: number;
  readonly end: number;
  readonly aheadMs: number;
}

/** When it could be foretold, UTC ms, or why it could not; undefined: too few right measurements came. */
export function foresight(
  readings: number,
  incident: Incident,
  ahead: Ahead,
  deliveries: readonly Delivery[],
): number | 'tooEarly' | 'tooFast' | undefined {
  const right = deliveries.filter(({ isRight, isInTime, isRightInTime }) => isRight && isInTime && isRightInTime);
  return incident.kind === 'battery.low'
    ? ofBattery(readings, incident, ahead, right)
    : ofFilling(readings, incident, ahead, right);
}

/** Enough measurements of one that was more than half full in the time before, of a container that fills as it has done. */
function ofFilling(readings: number, { from: fullAt }: Incident, { from, aheadMs }: Ahead, right: readonly Delivery[]) {
  const levels = right.filter(({ level, measuredAt }) => level !== undefined && measuredAt < fullAt);
  const first = levels[0];
  if (fullAt <= from || !first || fullAt - first.measuredAt < LEARNING_MS) return 'tooEarly';
  const before = levels.filter(({ measuredAt, level = 0 }) => measuredAt >= fullAt - aheadMs && level >= HALF_FULL);
  const enough = before[readings - 1];
  if (!enough) return undefined;
  const rate =
    filled(levels.filter(({ measuredAt }) => measuredAt <= enough.measuredAt)) / (enough.measuredAt - first.measuredAt);
  const actual = (FULL - enough.level!) / (fullAt - enough.measuredAt);
  return actual > UNUSUAL * rate ? 'tooFast' : enough.at;
}

/** How much came in, in levels: what a level fell was taken out. */
function filled(levels: readonly Delivery[]): number {
  let sum = 0;
  for (let index = 1; index < levels.length; index++) {
    sum += Math.max(0, levels[index]!.level! - levels[index - 1]!.level!);
  }
  return sum;
}

/** Enough measurements below the plateau, of a cell that was seen on its plateau for two weeks before. */
function ofBattery(readings: number, { to }: Incident, { end }: Ahead, right: readonly Delivery[]) {
  const low = right.filter(({ signs, measuredAt }) => signs & SIGNS.battery && measuredAt < (to ?? end));
  const [first] = low;
  if (!first || first.measuredAt - right[0]!.measuredAt < PLATEAU_MS) return 'tooEarly';
  return low[readings - 1]?.at;
}
