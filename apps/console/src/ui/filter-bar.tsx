import { type ReactElement, type ReactNode, useEffect, useId, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useTexts } from '../i18n/texts.ts';
import { Button } from './button.tsx';
import { UI_TEXTS } from './texts.ts';
import { useSetUrlParams, useUrlParam } from './url-state.ts';
import { useIsPhone } from './use-media.ts';

export type Filter =
  | {
      readonly kind: 'choice';
      /** Of the search parameter. */
      readonly name: string;
      readonly label: string;
      /** Beside `all`, which means that the parameter is not there. */
      readonly options: readonly { readonly value: string; readonly label: string }[];
    }
  | { readonly kind: 'text'; readonly name: string; readonly label: string; readonly placeholder?: string };

const TYPING_MS = 250;

/** Filters of a list, kept in the address. `children` stands at the end: counts, other views. */
export function FilterBar({
  filters,
  children,
}: {
  readonly filters: readonly Filter[];
  readonly children?: ReactNode;
}): ReactElement {
  const t = useTexts(UI_TEXTS);
  const [params] = useSearchParams();
  const setParams = useSetUrlParams();
  const active = filters.filter(({ name }) => params.has(name)).length;
  const isPhone = useIsPhone();
  const [isOpen, setOpen] = useState(false);
  // On a phone there is room for what one types; the rest is behind a button.
  const shown = isPhone && !isOpen ? filters.filter(({ kind }) => kind === 'text') : filters;
  const clear = () => setParams(Object.fromEntries(filters.map(({ name }) => [name, null])));
  return (
    <div className="filters" role="search" aria-label={t.filter}>
      {shown.map((filter) =>
        filter.kind === 'choice' ? (
          <Choice key={filter.name} {...filter} />
        ) : (
          <TextFilter key={filter.name} {...filter} />
        ),
      )}
      {isPhone && filters.some(({ kind }) => kind === 'choice') && (
        <Button className="filters__toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {active > 0 ? `${t.filter} (${active})` : t.filter}
        </Button>
      )}
      {active > 0 && (
        <Button kind="tertiary" icon="close" onClick={clear}>
          {t.clearFilters}
        </Button>
      )}
      {children !== undefined && <div className="filters__end">{children}</div>}
    </div>
  );
}

function Choice({ name, label, options }: Extract<Filter, { kind: 'choice' }>): ReactElement {
  const t = useTexts(UI_TEXTS);
  const id = useId();
  const [value, setValue] = useUrlParam(name);
  return (
    <div className={`filter ${value === null ? '' : 'filter--active'}`}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value ?? ''} onChange={(event) => setValue(event.target.value)}>
        <option value="">{t.all}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What is typed goes into the address once the typing rests. */
function TextFilter({ name, label, placeholder }: Extract<Filter, { kind: 'text' }>): ReactElement {
  const id = useId();
  const [value, setValue] = useUrlParam(name);
  const [typed, setTyped] = useState(value ?? '');
  const [known, setKnown] = useState(value);
  // The address follows later than what is typed: until then `value` is what it was.
  const [sent, setSent] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (value !== sent) {
      // Somebody else changed the address: back, forward, or the button that clears all filters.
      setSent(value);
      setTyped(value ?? '');
    }
  }
  useEffect(() => {
    if (typed.trim() === (value ?? '')) return;
    const timer = window.setTimeout(() => {
      setSent(typed.trim() === '' ? null : typed.trim());
      setValue(typed.trim());
    }, TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [typed, value, setValue]);
  return (
    <div className={`filter ${value === null ? '' : 'filter--active'}`}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="search"
        value={typed}
        placeholder={placeholder}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}
