import { type ReactElement, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useAtRisk } from './at-risk.ts';
import { UI_TEXTS } from './texts.ts';

const FIELDS = '.kern-dialog__body :is(input, select, textarea):not([type="hidden"], :disabled)';

/**
 * A native dialog over the page: the focus begins in its first field and stays in it, Escape closes it, and goes back to where it was. Draw it only while
 * it is open. A form of its own goes into `children`, its buttons into `footer` (with `form="…"` where that is needed).
 */
export function Dialog({
  title,
  onClose,
  footer,
  isWide = false,
  isQuestion = false,
  children,
}: {
  readonly title: string;
  /** Undefined: it cannot be closed without an answer. */
  readonly onClose?: () => void;
  readonly footer?: ReactNode;
  readonly isWide?: boolean;
  /** Read out as a whole when it opens: what it asks stands in `children`. */
  readonly isQuestion?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const t = useTexts(UI_TEXTS);
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const bodyId = useId();
  const [isTyped, setTyped] = useState(false);
  // One that cannot be closed asks who this is: that is nothing to lose.
  useAtRisk(isTyped && onClose ? t.typedLost : null, true);
  // Before it is taken out of the page: only then does the browser put the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element && !element.open) {
      element.showModal();
      // Where one goes on, not the button that closes it; on a phone that would open the keyboard over half of it.
      if (window.matchMedia('(pointer: fine)').matches) element.querySelector<HTMLElement>(FIELDS)?.focus();
    }
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`kern-dialog dialog ${isWide ? 'dialog--wide' : ''}`}
      role={isQuestion ? 'alertdialog' : undefined}
      aria-labelledby={titleId}
      aria-describedby={isQuestion ? bodyId : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClose={({ currentTarget }) => {
        // A second Escape closes it whatever the page says.
        if (!currentTarget.isConnected || currentTarget.open) return;
        if (onClose) onClose();
        else currentTarget.showModal();
      }}
    >
      <header className="kern-dialog__header">
        <h2 className="kern-title kern-title--large" id={titleId}>
          {title}
        </h2>
        {onClose && (
          <button type="button" className="kern-btn kern-btn--tertiary" onClick={onClose}>
            <span className="kern-icon kern-icon--close" aria-hidden="true" />
            <span className="kern-sr-only">{t.close}</span>
          </button>
        )}
      </header>
      <section id={bodyId} className="kern-dialog__body" onInput={() => setTyped(true)}>
        {children}
      </section>
      {footer !== undefined && <footer className="kern-dialog__footer">{footer}</footer>}
    </dialog>
  );
}
