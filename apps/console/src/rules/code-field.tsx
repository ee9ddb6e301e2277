import { type KeyboardEvent, type ReactElement, type Ref, useId, useImperativeHandle, useMemo, useRef } from 'react';

export interface CodeFieldHandle {
  /** At the caret, in the place of what is chosen; can be undone as if it had been typed. */
  insert(text: string): void;
  /** Puts the caret there; both from 1. */
  goTo(line: number, column: number): void;
}

/**
 * A text area for code: numbered lines, marks on those with mistakes. Tab goes on to the next thing on the page, as
 * everywhere else.
 */
export function CodeField({
  ref,
  label,
  hint,
  value,
  mistakes,
  describedBy,
  onChange,
}: {
  readonly ref: Ref<CodeFieldHandle>;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  /** Lines, from 1. */
  readonly mistakes: ReadonlySet<number>;
  /** Id of what says what is wrong. */
  readonly describedBy: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const lineCount = useMemo(() => value.split('\n').length, [value]);
  useImperativeHandle(ref, () => ({
    insert(text) {
      area.current?.focus();
      type(area.current, text);
    },
    goTo(line, column) {
      const element = area.current;
      if (!element) return;
      const lines = element.value.split('\n');
      const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
      const at = Math.min(start + column - 1, start + (lines[line - 1]?.length ?? 0));
      element.focus();
      element.setSelectionRange(at, at);
      const height = Number.parseFloat(getComputedStyle(element).lineHeight);
      element.scrollTop = Math.max(0, (line - 4) * height);
    },
  }));
  return (
    <div className="code-field">
      <label className="kern-label" htmlFor={id}>
        {label}
      </label>
      <p className="kern-hint" id={`${id}-hint`}>
        {hint}
      </p>
      <div className="code-field__frame">
        <div className="code-field__gutter" aria-hidden="true" ref={gutter}>
          {Array.from({ length: lineCount }, (_, index) => (
            <span key={index} className={mistakes.has(index + 1) ? 'code-field__mistake' : undefined}>
              {index + 1}
            </span>
          ))}
        </div>
        <textarea
          id={id}
          ref={area}
          className="code-field__text"
          value={value}
          wrap="off"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          translate="no"
          aria-describedby={`${id}-hint ${describedBy}`}
          aria-invalid={mistakes.size > 0 || undefined}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKey}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
    </div>
  );
}

/** As typed by a person: it is undone by Ctrl+Z, and the page hears of it. */
function type(area: HTMLTextAreaElement | null, text: string): void {
  if (!area) return;
  // Deprecated and without a successor: nothing else keeps the browser's own undo.
  const isTyped = text === '' ? document.execCommand('delete') : document.execCommand('insertText', false, text);
  if (isTyped) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

function onKey(event: KeyboardEvent<HTMLTextAreaElement>): void {
  const area = event.currentTarget;
  if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.nativeEvent.isComposing) {
    event.preventDefault();
    type(area, `\n${indentation(area)}`);
  } else if (event.ctrlKey && (event.key === '.' || event.key === ',')) {
    event.preventDefault();
    shift(area, event.key === '.');
  }
}

/** Of the line at the caret; what belongs to a key stands further in. */
function indentation({ value, selectionStart }: HTMLTextAreaElement): string {
  const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart);
  const [spaces = ''] = /^ */.exec(line) ?? [];
  const dash = /^ *- /.test(line) ? '  ' : '';
  return spaces + dash + (/(:|[>|]-?)\s*$/.test(line) ? '  ' : '');
}

/** Moves the chosen lines in or out by two spaces. */
function shift(area: HTMLTextAreaElement, isIn: boolean): void {
  const { value, selectionStart, selectionEnd } = area;
  const from = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const end = value.indexOf('\n', Math.max(selectionStart, selectionEnd - 1));
  const to = end === -1 ? value.length : end;
  const before = value.slice(from, to);
  const after = isIn ? before.replace(/^(?=.)/gm, '  ') : before.replace(/^ {1,2}/gm, '');
  if (after === before) return;
  area.setSelectionRange(from, to);
  type(area, after);
  const caret = Math.max(from, selectionStart + (isIn ? 2 : -2));
  if (selectionStart === selectionEnd) area.setSelectionRange(caret, caret);
  else area.setSelectionRange(from, from + after.length);
}
