import { type ReactElement, type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { useTexts } from '../i18n/texts.ts';
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
  children,
}: {
  readonly title: string;
  /** Undefined: it cannot be closed without an answer. */
  readonly onClose?: () => void;
  readonly footer?: ReactNode;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const t = useTexts(UI_TEXTS);
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
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
      aria-labelledby={titleId}
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
      <section className="kern-dialog__body">{children}</section>
      {footer !== undefined && <footer className="kern-dialog__footer">{footer}</footer>}
    </dialog>
  );
}
