import { type ReactElement, useEffect, useRef } from 'react';
import { createStore, useStore } from '../shell/store.ts';
import { useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Checkbox } from '../ui/field.tsx';
import { ALERT_TEXTS } from './texts.ts';

const KEY = 'stadtfunk.shortcuts';
/** Single letters can get in the way of those who speak or type by other means, so they can be switched off (WCAG 2.1.4). */
const areOn = createStore(localStorage.getItem(KEY) !== 'off');

export type Shortcuts = Readonly<Record<string, () => void>>;

/** Keys, as `event.key` names them, while nothing that takes text has the focus and no dialog is open. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const isOn = useStore(areOn);
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    if (!isOn) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || takesText(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      const action = latest.current[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [isOn]);
}

function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target.matches('textarea, select, [contenteditable]');
}

export function ShortcutsDialog({
  keys,
  onClose,
}: {
  readonly keys: readonly (readonly [key: string, meaning: string])[];
  readonly onClose: () => void;
}): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const isOn = useStore(areOn);
  const toggle = (on: boolean) => {
    localStorage.setItem(KEY, on ? 'on' : 'off');
    areOn.set(on);
  };
  return (
    <Dialog title={t.shortcuts} onClose={onClose} footer={<Button onClick={onClose}>{t.close}</Button>}>
      <p>{t.shortcutsHelp}</p>
      <Checkbox label={t.shortcutsOn} checked={isOn} onChange={(event) => toggle(event.target.checked)} />
      <dl className="shortcut-list">
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
