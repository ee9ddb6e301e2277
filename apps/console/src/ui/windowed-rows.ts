import { type RefObject, useEffect, useState } from 'react';

export interface WindowedRows {
  readonly from: number;
  readonly to: number;
  /** Px that stand for the rows that are not drawn. */
  readonly above: number;
  readonly below: number;
}

/** Rows beyond the edges, so that quick scrolling and arrow keys meet rows. */
const OVERSCAN = 12;
/** So few are drawn all. */
const FEW = 60;
const USUAL_HEIGHT = 800;

/** Which of many rows of one height are in sight of their scroller. */
export function useWindowedRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  isLong: boolean,
): WindowedRows {
  const [first, setFirst] = useState(0);
  const [height, setHeight] = useState(USUAL_HEIGHT);
  const isWindowed = isLong && count > FEW;
  useEffect(() => {
    const element = scroller.current;
    if (!element || !isWindowed) return;
    // In steps of some rows, so that scrolling draws anew only every few rows.
    const follow = () => setFirst(Math.floor(element.scrollTop / rowHeight / 4) * 4);
    const measure = new ResizeObserver(() => setHeight(element.clientHeight));
    follow();
    measure.observe(element);
    element.addEventListener('scroll', follow, { passive: true });
    return () => {
      measure.disconnect();
      element.removeEventListener('scroll', follow);
    };
  }, [scroller, rowHeight, isWindowed]);
  if (!isWindowed) return { from: 0, to: count, above: 0, below: 0 };
  const seen = Math.ceil(height / rowHeight) + 4;
  // The list may have become shorter since it was scrolled.
  const from = Math.max(0, Math.min(first, count - seen) - OVERSCAN);
  const to = Math.min(count, Math.max(first, 0) + seen + OVERSCAN);
  return { from, to: Math.max(to, from), above: from * rowHeight, below: (count - Math.max(to, from)) * rowHeight };
}
