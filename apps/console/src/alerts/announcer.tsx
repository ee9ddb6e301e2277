import { type ReactElement, useCallback, useRef, useState, useEffect } from 'react';
import type { AlertEntry } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { UI_TEXTS } from '../ui/texts.ts';
import { useWhere } from './alert-cells.tsx';
import { ALERT_TEXTS } from './texts.ts';

/** So that a burst of alerts is one sentence, and whoever listens is not interrupted again and again. */
const EVERY_MS = 4_000;

/** Tells screen readers of new alerts, when they are quiet. */
export function useAnnouncer(): {
  readonly announce: (news: readonly AlertEntry[]) => void;
  readonly region: ReactElement;
} {
  const t = useTexts(ALERT_TEXTS);
  const names = useTexts(UI_TEXTS);
  const pick = usePick();
  const where = useWhere();
  const waiting = useRef<AlertEntry[]>([]);
  const timer = useRef<number | undefined>(undefined);
  const [said, say] = useState('');
  const latest = useRef<(news: readonly AlertEntry[]) => string>(() => '');
  useEffect(() => {
    latest.current = ([first, ...others]) => {
      if (!first) return '';
      if (others.length === 0) {
        return fill(t.announceOne, { severity: names[first.severity], title: pick(first.title), where: where(first) });
      }
      const critical = [first, ...others].filter(({ severity }) => severity === 'critical').length;
      return fill(t.announceMany, { n: others.length + 1, critical });
    };
  });
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const announce = useCallback((news: readonly AlertEntry[]) => {
    if (news.length === 0) return;
    waiting.current.push(...news);
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      const text = latest.current(waiting.current);
      // The same words once more are told only if they are another text.
      say((before) => (before === text ? `${text}\u00a0` : text));
      waiting.current = [];
    }, EVERY_MS);
  }, []);
  const region = (
    <p className="kern-sr-only" role="status" aria-live="polite" data-announcer>
      {said}
    </p>
  );
  return { announce, region };
}
