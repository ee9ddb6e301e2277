import type { AssetType } from '@stadtfunk/devices';
import { ln } from '../exact.ts';
import { Random } from '../random.ts';
import type { Disturbance } from '../world/disturbance.ts';
import { FAULT_KINDS, type FaultTarget } from './fault-kinds.ts';
import type { FaultFilter, FaultOrder, Scenario } from './scenario.ts';

/** A thing of the city with the device on it, as far as faults ask. */
export interface FaultSubject {
  readonly assetId: string;
  readonly type: AssetType;
  readonly district: string;
  /** The cabinet that feeds it; null: none. */
  readonly cabinet: string | null;
  /** null: nothing sits on it. */
  readonly device: { readonly deviceId: string; readonly model: string } | null;
}

/** What goes wrong, by asset (bins, spots, lamps, cabinets) or device (sensors, clocks, devices, batteries, radio). */
export type DisturbancePlan = ReadonlyMap<string, readonly Disturbance[]>;

const DAY_MS = 86_400_000;
const YEAR_MS = 365.25 * DAY_MS;
const TYPE_OF: Readonly<Record<Exclude<FaultTarget, 'device'>, AssetType>> = {
  bin: 'WasteContainer',
  spot: 'ParkingSpot',
  lamp: 'Streetlight',
  cabinet: 'StreetlightControlCabinet',
};

/**
 * Draws beforehand everything that will go wrong. Each fault draws for each subject from a stream of its own, so neither the order of the
 * subjects nor another fault changes anything; only which ones are taken where a number of them is asked for depends on who is there.
 */
export function compileFaults(
  { faults, startAt }: Pick<Scenario, 'faults' | 'startAt'>,
  durationMs: number,
  seed: number,
  subjects: readonly FaultSubject[],
): DisturbancePlan {
  const plan = new Map<string, Disturbance[]>();
  const end = startAt + durationMs;
  faults.forEach((fault, index) => {
    const streamOf = (id: string, use: string) => Random.of(seed, 'fault', String(index), use, id);
    const chosen = chooseFrom(fault, subjects, (id) => streamOf(id, 'choice').next());
    for (const [position, subject] of chosen.entries()) {
      const id = idOf(fault, subject);
      const random = streamOf(id, 'time');
      const more = fault.kind === 'sensor.swapped' ? neighbourOf(chosen, position) : {};
      for (const from of momentsOf(fault, random, startAt, end)) {
        const [least, most] = fault.lastsMs;
        const to = most === Infinity ? Infinity : Math.round(from + random.between(least, most));
        const disturbance = { kind: fault.kind, from, to, ...fault.parameters, ...more };
        const list = plan.get(id);
        if (list) list.push(disturbance);
        else plan.set(id, [disturbance]);
      }
    }
  });
  for (const list of plan.values()) list.sort((a, b) => a.from - b.from || compareText(a.kind, b.kind));
  return plan;
}

/** Under which id a fault is kept. */
function idOf({ kind }: FaultOrder, { assetId, device }: FaultSubject): string {
  return FAULT_KINDS[kind].of === 'device' ? device!.deviceId : assetId;
}

/** Those that a fault takes hold of, always in the same order. */
function chooseFrom(
  fault: FaultOrder,
  subjects: readonly FaultSubject[],
  draw: (id: string) => number,
): readonly FaultSubject[] {
  const { kind, target, extent } = fault;
  const fitting = subjects.filter((subject) => isOf(FAULT_KINDS[kind].of, subject) && fits(target, subject));
  const drawn = fitting.map((subject) => ({ subject, id: idOf(fault, subject), lot: 0 }));
  for (const each of drawn) each.lot = draw(each.id);
  drawn.sort((a, b) => a.lot - b.lot || compareText(a.id, b.id));
  const inOrder = drawn.map(({ subject }) => subject);
  if ('count' in extent) return inOrder.slice(0, extent.count);
  if (!('share' in extent)) return inOrder;
  return drawn.filter(({ lot }) => lot < extent.share).map(({ subject }) => subject);
}

function isOf(of: FaultTarget, { type, device }: FaultSubject): boolean {
  return of === 'device' ? device !== null : type === TYPE_OF[of];
}

function fits({ asset, district, cabinet, model, on }: FaultFilter, subject: FaultSubject): boolean {
  return (
    (asset === undefined || subject.assetId === asset) &&
    (district === undefined || subject.district === district) &&
    (cabinet === undefined || subject.cabinet === cabinet || subject.assetId === cabinet) &&
    (model === undefined || subject.device?.model === model) &&
    (on === undefined || subject.type === TYPE_OF[on])
  );
}

function momentsOf({ time, lastsMs }: FaultOrder, random: Random, startAt: number, end: number): readonly number[] {
  if ('atMs' in time) return [Math.round(startAt + time.atMs + random.between(0, time.spreadMs))];
  const moments: number[] = [];
  if (time.perYear === 0) return moments;
  for (let at: number = startAt; ;) {
    // Waiting times of a Poisson process. What is wrong already does not go wrong.
    at += (-ln(1 - random.next()) * YEAR_MS) / time.perYear;
    if (at >= end) return moments;
    moments.push(Math.round(at));
    at += lastsMs[1];
  }
}

/** Sensors are swapped in pairs, of one model where it goes; an odd one measures the first. */
function neighbourOf(chosen: readonly FaultSubject[], position: number): { readonly with?: string } {
  if (chosen.length < 2) return {};
  const other = chosen[position % 2 === 0 ? position + 1 : position - 1] ?? chosen[0]!;
  return { with: other.assetId };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
