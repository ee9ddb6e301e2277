import type { ReactElement } from 'react';
import { createStore, useStore } from '../shell/store.ts';
import { useTexts } from '../i18n/texts.ts';
import { UI_TEXTS } from './texts.ts';
import type { NoticeKind } from './notice.tsx';

interface Toast {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly text: string;
}

const SHOWN_MS = 7000;
const MOST = 4;
let nextId = 1;
const toasts = createStore<readonly Toast[]>([]);

/** Says in passing that something worked. What one must not miss is a `Notice` on the page instead. */
export function toast(text: string, kind: NoticeKind = 'success'): void {
  const id = nextId++;
  toasts.set([...toasts.get().slice(1 - MOST), { id, kind, text }]);
  window.setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.set(toasts.get().filter((shown) => shown.id !== id));
}

/** Where toasts appear; once, in the shell. */
export function ToastRegion(): ReactElement {
  const t = useTexts(UI_TEXTS);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {useStore(toasts).map(({ id, kind, text }) => (
        <div key={id} className={`toast toast--${kind}`}>
          <span className={`kern-icon kern-icon--${kind}`} aria-hidden="true" />
          <span>{text}</span>
          <button type="button" className="toast__close" onClick={() => dismiss(id)}>
            <span className="kern-icon kern-icon--close" aria-hidden="true" />
            <span className="kern-sr-only">{t.close}</span>
          </button>
        </div>
      ))}
    </div>
  );
}
