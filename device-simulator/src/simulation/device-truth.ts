import type { CityDevice } from '../city/city.ts';
import type { Cell } from '../sensors/cell.ts';
import { driftIsWrongAt } from '../sensors/bin-sensor.ts';
import { lampDriftIsWrongAt } from '../sensors/lamp-monitor.ts';
import { ghostOfDriftAt } from '../sensors/spot-sensor.ts';
import type { IncidentKind, TruthLog } from '../truth/incident.ts';
import type { Disturbance } from '../world/disturbance.ts';
import { numberIn } from '../world/faults.ts';

const DAY_MS = 86_400_000;
/** A cell is low when it has less left than this. */
const CELL_LEFT_MS = 30 * DAY_MS;
/** A clock is wrong when it is off by more than this. */
const CLOCK_TOLERANCE_S = 60;

type Span = readonly [kind: IncidentKind, from: number, to: number];

interface Edge {
  readonly at: number;
  readonly kind: IncidentKind;
  readonly isBegin: boolean;
}

/**
 * Writes what is so of one device as its time passes. Causes of the same may overlap: it is so while there is any. Most of it is known
 * beforehand from what goes wrong; a lack of supply shows only on the way.
 */
export class DeviceTruth {
  readonly #edges: readonly Edge[];
  readonly #causes = new Map<IncidentKind, number>();
  #next = 0;

  constructor(
    private readonly log: TruthLog,
    private readonly deviceId: string,
    spans: readonly Span[],
    from: number,
  ) {
    const edges: Edge[] = [];
    for (const [kind, begins, ends] of spans) {
      if (ends <= from || ends <= begins) continue;
      edges.push({ at: Math.max(from, begins), kind, isBegin: true });
      if (Number.isFinite(ends)) edges.push({ at: ends, kind, isBegin: false });
    }
    // What ends and begins at the same moment goes on: beginnings first.
    this.#edges = edges.sort((a, b) => a.at - b.at || Number(b.isBegin) - Number(a.isBegin));
  }

  /** Writes all that is known to begin or end up to this moment. */
  advance(to: number): void {
    const edges = this.#edges;
    for (; this.#next < edges.length; this.#next++) {
      const edge = edges[this.#next]!;
      if (edge.at > to) return;
      if (edge.isBegin) this.begin(edge.kind, edge.at);
      else this.end(edge.kind, edge.at);
    }
  }

  begin(kind: IncidentKind, at: number): void {
    const causes = (this.#causes.get(kind) ?? 0) + 1;
    this.#causes.set(kind, causes);
    if (causes === 1) this.log.begin(kind, this.deviceId, at);
  }

  end(kind: IncidentKind, at: number): void {
    const causes = (this.#causes.get(kind) ?? 0) - 1;
    this.#causes.set(kind, causes);
    if (causes === 0) this.log.end(kind, this.deviceId, at);
  }
}

/** Models whose uplinks carry a time: of the others nobody sees the clock. */
const WITH_CLOCK: ReadonlySet<string> = new Set(['dragino-ndds75', 'dingtek-do201', 'ucifi-streetlight']);

/** What follows from what goes wrong with a device. */
export function spansOf(device: CityDevice, cell: Cell | null): readonly Span[] {
  const spans: Span[] = [];
  for (const fault of device.disturbances) spans.push(...spansOfFault(device, fault));
  if (cell === null) return spans;
  for (const { from, to } of cell.empties) spans.push(['device.silent', from, to]);
  if (cell.empties.length === 0) {
    spans.push(['battery.low', cell.endsAt - CELL_LEFT_MS, Infinity], ['device.silent', cell.endsAt, Infinity]);
  }
  return spans;
}

function spansOfFault(device: CityDevice, fault: Disturbance): readonly Span[] {
  const { kind, from, to } = fault;
  switch (kind) {
    case 'device.dead':
    case 'device.hung':
    case 'device.simBlocked':
    case 'cell.outage':
    case 'radio.backOff':
      return [['device.silent', from, to]];
    case 'battery.failing': {
      const replacedAt = to + numberIn(fault, 'replacedAfterHours', Infinity) * 3_600_000;
      return [['battery.low', Math.max(from, to - CELL_LEFT_MS), replacedAt]];
    }
    case 'clock.unset':
    case 'clock.year2000':
    case 'clock.year2061':
    case 'clock.ahead':
    case 'clock.milliseconds':
      return WITH_CLOCK.has(device.model) ? [['clock.wrong', from, to]] : [];
    case 'clock.drift': {
      if (!WITH_CLOCK.has(device.model)) return [];
      const days = CLOCK_TOLERANCE_S / Math.abs(numberIn(fault, 'secondsPerDay', 48));
      return [['clock.wrong', from + days * DAY_MS, to]];
    }
    case 'sensor.stuck':
    case 'sensor.swapped':
    case 'sensor.ghost':
      return [['sensor.wrong', from, to]];
    case 'sensor.drift':
      return [['sensor.wrong', driftWrongAt(device, from, numberIn(fault, 'perDay', 0.02)), to]];
    case 'sensor.sentinel':
      // The others go on measuring temperature, occupancy or power.
      return device.model === 'dragino-ndds75' ? [['device.noMeasurement', from, to]] : [];
    default:
      return [];
  }
}

function driftWrongAt(device: CityDevice, from: number, perDay: number): number {
  if (device.kind === 'bin') return driftIsWrongAt(from, perDay);
  return device.kind === 'spot' ? ghostOfDriftAt(from, perDay) : lampDriftIsWrongAt(from, perDay);
}
