import { type KeyboardEvent, type ReactElement, useEffect, useId, useState } from 'react';
import type { SearchHit } from '../api/types.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Field, type InputProps } from '../ui/field.tsx';
import { Icon } from '../ui/icons.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { useRested, useSearch } from './asset-queries.ts';
import { ASSET_TEXTS } from './texts.ts';
import { typeIcon } from './type-name.tsx';
import './search-field.css';

/** As the API takes it. */
const MOST_TYPED = 200;

const idOf = (hit: SearchHit) => (hit.kind === 'asset' ? hit.assetId : hit.deviceId);

/** Finds assets and devices while one types (the combobox pattern of ARIA): arrows go through them, Enter chooses. */
export function SearchField({
  kinds,
  text,
  onText,
  onChoose,
  takesFirst = false,
  label,
  hint,
  error,
  isOptional = false,
  ...rest
}: Pick<InputProps, 'label' | 'hint' | 'error' | 'isOptional' | 'maxLength'> & {
  /** As the API names them, separated by commas. */
  readonly kinds: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onChoose: (hit: SearchHit) => void;
  /**
   * Enter chooses the first hit where none was gone to, and before there are any, as a scanner sends it, once they are. Without it Enter
   * is the form's then.
   */
  readonly takesFirst?: boolean;
}): ReactElement {
  const listId = useId();
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [isAwaited, setAwaited] = useState(false);
  const typed = text.trim();
  const wanted = useRested(typed);
  const search = useSearch(wanted, kinds);
  // What was found for another text is nothing to choose from.
  const hits = wanted === typed && typed !== '' ? search.data?.items : undefined;
  const choose = (hit: SearchHit | undefined) => {
    setOpen(false);
    setActive(-1);
    setAwaited(false);
    if (hit) onChoose(hit);
  };
  useEffect(() => {
    if (isAwaited && hits !== undefined) {
      setAwaited(false);
      if (hits[0]) choose(hits[0]);
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only the hits are waited for
  }, [isAwaited, hits]);
  const shows = isOpen && typed !== '';
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && hits && hits.length > 0) {
      setOpen(true);
      // Upwards from the field is the last one.
      setActive((Math.max(active, step < 0 ? 0 : -1) + step + hits.length) % hits.length);
    } else if (event.key === 'Enter' && shows && (takesFirst || active >= 0)) {
      if (hits === undefined) setAwaited(true);
      else if (hits.length > 0) choose(hits[Math.max(0, active)]);
    } else if (event.key === 'Escape' && shows) setOpen(false);
    else return;
    event.preventDefault();
  };
  return (
    <div className="search-field">
      <Field label={label} hint={hint} error={error} isOptional={isOptional}>
        {(described) => (
          <input
            maxLength={MOST_TYPED}
            {...rest}
            {...described}
            className="kern-form-input__input"
            type="search"
            role="combobox"
            autoComplete="off"
            spellCheck={false}
            aria-expanded={shows}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={shows && active >= 0 ? `${listId}-${active}` : undefined}
            value={text}
            onChange={(event) => {
              onText(event.target.value);
              setActive(-1);
              setAwaited(false);
              setOpen(true);
            }}
            onKeyDown={onKeyDown}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
          />
        )}
      </Field>
      <Hits
        id={listId}
        isShown={shows}
        hits={hits}
        isWrong={search.isError && wanted === typed}
        active={active}
        onChoose={choose}
      />
    </div>
  );
}

function Hits({
  id,
  isShown,
  hits,
  isWrong,
  active,
  onChoose,
}: {
  readonly id: string;
  readonly isShown: boolean;
  /** Undefined: not known yet. */
  readonly hits: readonly SearchHit[] | undefined;
  readonly isWrong: boolean;
  readonly active: number;
  readonly onChoose: (hit: SearchHit) => void;
}): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const words = useTexts(UI_TEXTS);
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);
  const note = hits?.length === 0 ? t.noHits : hits ? null : isWrong ? words.failed : t.searching;
  return (
    <>
      <div className="search-field__list" hidden={!isShown}>
        <ul id={id} role="listbox" aria-label={t.hits}>
          {hits?.map((hit, index) => (
            <li
              key={`${hit.kind} ${idOf(hit)}`}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              className={`search-field__hit ${index === active ? 'is-active' : ''}`}
              // Before the field loses the focus, which would close the list.
              onMouseDown={(event) => {
                event.preventDefault();
                onChoose(hit);
              }}
            >
              <Hit hit={hit} />
            </li>
          ))}
        </ul>
        {note !== null && <p className="search-field__note">{note}</p>}
      </div>
      <p className="kern-sr-only" role="status">
        {isShown && (hits || isWrong) ? (note ?? fill(t.found, { n: hits?.length ?? 0 })) : ''}
      </p>
    </>
  );
}

function Hit({ hit }: { readonly hit: SearchHit }): ReactElement {
  if (hit.kind === 'device') {
    return (
      <>
        <Icon name="devices" />
        <span className="search-field__name">{hit.deviceId}</span>
        <span className="muted">{[hit.model, hit.imei, hit.assetId].filter(Boolean).join(' · ')}</span>
      </>
    );
  }
  const { number, name, assetId, address, district } = hit;
  const others = [number === null ? null : (name ?? assetId), address, district];
  return (
    <>
      <Icon name={typeIcon(hit.type)} />
      <span className="search-field__name">{number ?? name ?? assetId}</span>
      <span className="muted">{others.filter(Boolean).join(' · ')}</span>
    </>
  );
}
