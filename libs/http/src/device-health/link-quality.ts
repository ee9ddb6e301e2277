import { isoOf } from '../schemas.ts';
import type { StoredReading } from '@stadtfunk/readings';

/** What tells of the radio link. */
export const LINK_QUANTITIES = ['rsrp', 'rsrq', 'snr', 'csq', 'rssi'] as const;

/**
 * RSRP (dBm) from which on a coverage enhancement level is enough: a maximum coupling loss of 144 dB for level 0 and 154 dB for
 * level 1 (3GPP TR 45.820), below a reference signal of 32 dBm per subcarrier (43 dBm over twelve). Networks set their own
 * thresholds, so this is an estimate.
 */
const LEVELS: readonly (readonly [level: 0 | 1, leastRsrp: number])[] = [
  [0, -112],
  [1, -122],
];

export function coverageOf(rsrp: number): 0 | 1 | 2 {
  return LEVELS.find(([, least]) => rsrp >= least)?.[0] ?? 2;
}

export function toLink({ observedAt, values }: StoredReading) {
  const { rsrp } = values;
  const known = LINK_QUANTITIES.flatMap((name) => (typeof values[name] === 'number' ? [[name, values[name]]] : []));
  return {
    observedAt: isoOf(observedAt),
    ...(Object.fromEntries(known) as { [name in (typeof LINK_QUANTITIES)[number]]?: number }),
    coverage: typeof rsrp === 'number' ? coverageOf(rsrp) : null,
  };
}
