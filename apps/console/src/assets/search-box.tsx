import { type KeyboardEvent, type ReactElement, useEffect, useId, useState } from 'react';
import { useNavigate } from 'react-router';
import type { SearchHit } from '../api/types.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Icon } from '../ui/icons.tsx';
import { useSearch } from './asset-queries.ts';
import { ASSET_TEXTS } from './texts.ts';
import { typeIcon } from './type-name.tsx';

const TYPING_MS = 200;

/** What is typed, once the typing rests. */
export function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(text), TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return rested;
}

const pathOf = (hit: SearchHit) =>
  hit.kind === 'asset' ? `/assets/${encodeURIComponent(hit.assetId)}` : `/devices/${encodeURIComponent(hit.deviceId)}`;

/** Finds assets and devices while one types (the combobox pattern of ARIA): arrows choose, Enter opens. */
export function SearchBox(): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const navigate = useNavigate();
  const id = useId();
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const wanted = useRested(text.trim());
  const { data, isFetching } = useSearch(wanted);
  const hits = wanted === '' ? [] : (data?.items ?? []);
  const isKnown = data !== undefined && wanted === text.trim() && wanted !== '';
  const open = (hit: SearchHit | undefined) => {
    if (hit) void navigate(pathOf(hit));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && hits.length > 0) {
      setOpen(true);
      setActive((active + step + hits.length) % hits.length);
    } else if (event.key === 'Enter') open(hits[Math.max(0, active)]);
    else if (event.key === 'Escape') setOpen(false);
    else return;
    event.preventDefault();
  };
  const shows = isOpen && text.trim() !== '';
  return (
    <div className="search-box">
      <label className="kern-label" htmlFor={id}>
        {t.search}
      </label>
      <input
        id={id}
        className="kern-form-input__input"
        type="search"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        aria-expanded={shows}
        aria-controls={`${id}-hits`}
        aria-autocomplete="list"
        aria-activedescendant={shows && active >= 0 ? `${id}-${active}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(-1);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
      />
      <div className="search-box__list" hidden={!shows}>
        <ul id={`${id}-hits`} role="listbox" aria-label={t.hits}>
          {hits.map((hit, index) => (
            <li
              key={pathOf(hit)}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              className={`search-box__hit ${index === active ? 'is-active' : ''}`}
              // Before the field loses the focus, which would close the list.
              onMouseDown={(event) => {
                event.preventDefault();
                open(hit);
              }}
            >
              <Hit hit={hit} />
            </li>
          ))}
        </ul>
        {isKnown && hits.length === 0 && <p className="search-box__note">{t.noHits}</p>}
        {!isKnown && isFetching && <p className="search-box__note">{t.searching}</p>}
      </div>
      <p className="kern-sr-only" role="status">
        {shows && isKnown ? (hits.length === 0 ? t.noHits : fill(t.found, { n: hits.length })) : ''}
      </p>
    </div>
  );
}

function Hit({ hit }: { readonly hit: SearchHit }): ReactElement {
  if (hit.kind === 'device') {
    return (
      <>
        <Icon name="devices" />
        <span className="search-box__name">{hit.deviceId}</span>
        <span className="muted">{[hit.model, hit.imei, hit.assetId].filter(Boolean).join(' · ')}</span>
      </>
    );
  }
  return (
    <>
      <Icon name={typeIcon(hit.type)} />
      <span className="search-box__name">{hit.number ?? hit.name ?? hit.assetId}</span>
      <span className="muted">
        {[hit.number === null ? null : (hit.name ?? hit.assetId), hit.address, hit.district]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </>
  );
}
