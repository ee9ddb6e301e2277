import { useMemo, useRef, useState } from 'react';
import type { AlertEntry } from '../api/types.ts';

export interface HeldList {
  readonly rows: readonly AlertEntry[];
  /** Shown, but no longer in the list. */
  readonly gone: ReadonlySet<string>;
  /** In the list, but not shown yet. */
  readonly news: number;
  /** Shows the list as it is. */
  release(): void;
}

/**
 * A list that does not move while it is held: rows stay where they are and show what became of them; what is new is counted.
 * @param isHeld while somebody points at it or has selected something
 * @param key another list, such as with other filters, is shown at once
 */
export function useHeldList(alerts: readonly AlertEntry[], isHeld: boolean, key: string): HeldList {
  const [release, setRelease] = useState(0);
  const held = useRef<{ readonly rows: readonly AlertEntry[]; readonly key: string; readonly release: number } | null>(
    null,
  );
  return useMemo(() => {
    const isStill = isHeld && held.current !== null && held.current.key === key && held.current.release === release;
    if (!isStill) {
      held.current = { rows: alerts, key, release };
      return { rows: alerts, gone: new Set<string>(), news: 0, release: () => setRelease((count) => count + 1) };
    }
    const present = new Map(alerts.map((entry) => [entry.alertId, entry]));
    const shown = held.current!.rows;
    const rows = shown.map((entry) => present.get(entry.alertId) ?? entry);
    held.current = { ...held.current!, rows };
    const known = new Set(shown.map(({ alertId }) => alertId));
    return {
      rows,
      gone: new Set(shown.flatMap(({ alertId }) => (present.has(alertId) ? [] : [alertId]))),
      news: alerts.filter(({ alertId }) => !known.has(alertId)).length,
      release: () => setRelease((count) => count + 1),
    };
  }, [alerts, isHeld, key, release]);
}
