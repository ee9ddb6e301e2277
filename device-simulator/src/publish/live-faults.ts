import { FAULT_KINDS } from '../scenario/fault-kinds.ts';
import type { FaultOrder } from '../scenario/scenario.ts';
import type { DisturbanceKind } from '../world/disturbance.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function usual(kind: DisturbanceKind): Pick<FaultOrder, 'kind' | 'target' | 'lastsMs' | 'parameters'> {
  const { lastsMs, parameters } = FAULT_KINDS[kind];
  const values = Object.entries(parameters).map(([name, { usual }]) => [name, usual]);
  return { kind, target: {}, lastsMs, parameters: Object.fromEntries(values) as FaultOrder['parameters'] };
}

function perYear(kind: DisturbanceKind, times: number): FaultOrder {
  return { ...usual(kind), extent: {}, time: { perYear: times } };
}

/** Of so many it is so from the beginning, one after the other within a few minutes of real time. */
function early(kind: DisturbanceKind, share: number, lastsMs: FaultOrder['lastsMs']): FaultOrder {
  return { ...usual(kind), extent: { share }, time: { atMs: 0, spreadMs: 4 * HOUR_MS }, lastsMs };
}

/** What goes wrong with bins, parking spots and their sensors where people watch: more often than in life, or there would be little to see. */
export const LIVE_FAULTS: readonly FaultOrder[] = [
  early('bin.fire', 0.02, [2 * HOUR_MS, 5 * HOUR_MS]),
  perYear('bin.fire', 2),
  perYear('bin.tipped', 6),
  perYear('sensor.spikes', 0.5),
  early('clock.unset', 0.02, [200 * DAY_MS, 400 * DAY_MS]),
  early('clock.ahead', 0.01, [200 * DAY_MS, 400 * DAY_MS]),
  perYear('battery.failing', 0.5),
  perYear('device.reboot', 2),
  perYear('radio.backOff', 2),
];

/** Lamps run in real time: some are broken when one comes to look, others break while one does. */
export const LIVE_LAMP_FAULTS: readonly FaultOrder[] = [
  { ...early('lamp.failure', 0.02, [0.2 * DAY_MS, 2 * DAY_MS]), time: { atMs: 0, spreadMs: 60_000 } },
  { ...early('lamp.relayOn', 0.02, [0.2 * DAY_MS, 2 * DAY_MS]), time: { atMs: 0, spreadMs: 60_000 } },
  { ...early('lamp.controlGear', 0.01, [0.2 * DAY_MS, 2 * DAY_MS]), time: { atMs: 0, spreadMs: 60_000 } },
  perYear('lamp.failure', 3),
  perYear('lamp.relayOn', 2),
  perYear('lamp.photocellDark', 2),
  perYear('lamp.controlGear', 2),
];
