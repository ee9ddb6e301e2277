import { QUANTITIES, QUANTITY_NAMES } from '@stadtfunk/readings';
import { type ReactElement, useEffect, useId, useState } from 'react';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { Icon } from '../ui/icons.tsx';
import { KEY_HELP } from './key-help.ts';
import { WORDS } from './operator-words.ts';
import type { OperatorHelp } from './operator-help.ts';
import { RULE_TEXTS } from './texts.ts';

/** What a rule can be written with, beside the editor: keys, quantities, the language of conditions. */
export function RuleHelp({ onInsert }: { readonly onInsert: (text: string) => void }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const pick = usePick();
  const id = useId();
  const [words, setWords] = useState('');
  const operators = useOperatorHelp();
  const fits = (...texts: readonly string[]) => {
    const text = texts.join(' ').toLowerCase();
    return words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word));
  };
  const keys = KEY_HELP.filter(({ key, text }) => fits(key, text.de, text.en));
  const quantities = QUANTITY_NAMES.filter((name) => fits(name, QUANTITIES[name].label.de, QUANTITIES[name].label.en));
  const found = operators.filter(({ name }) => fits(name, wordsOf(name)?.de ?? '', wordsOf(name)?.en ?? ''));
  const isSearched = words.trim() !== '';
  return (
    <aside className="rule-help" aria-label={t.help}>
      <div className="rule-help__search">
        <label htmlFor={id}>{t.helpSearch}</label>
        <input
          id={id}
          type="search"
          value={words}
          autoComplete="off"
          onChange={(event) => setWords(event.target.value)}
        />
      </div>
      {keys.length + quantities.length + found.length === 0 && <p className="muted">{t.helpNone}</p>}
      <Group title={t.helpKeys} count={keys.length} isOpen={isSearched}>
        {keys.map(({ key, text, snippet }) => (
          <li key={key}>
            <Insert name={key} text={snippet} onInsert={onInsert} />
            <span>{pick(text)}</span>
          </li>
        ))}
      </Group>
      <Group title={t.quantities} count={quantities.length} isOpen={isSearched}>
        {quantities.map((name) => (
          <li key={name}>
            <Insert name={name} text={name} onInsert={onInsert} />
            <span>
              {pick(QUANTITIES[name].label)}
              <span className="muted">
                {' '}
                {QUANTITIES[name].kind === 'flag' ? t.flagUnit : unitOf(QUANTITIES[name].unit)}
              </span>
            </span>
          </li>
        ))}
      </Group>
      <Group title={t.helpLanguage} count={found.length} isOpen={isSearched}>
        {found.map(({ name, text, example, insert }) => {
          const said = wordsOf(name);
          return (
            <li key={name}>
              <Insert name={name} text={insert} onInsert={onInsert} />
              {said && <span>{pick(said)}</span>}
              <details>
                <summary>{t.example}</summary>
                <p>{pick(text)}</p>
                <pre tabIndex={0} aria-label={`${t.example}: ${name}`} translate="no">
                  {example}
                </pre>
              </details>
            </li>
          );
        })}
      </Group>
    </aside>
  );
}

function wordsOf(name: string): { readonly de: string; readonly en: string } | undefined {
  return WORDS[name];
}

/** As people write it. UCUM's 1 is a share, from 0 to 1. */
function unitOf(unit: string): string {
  return { '1': '0–1', Cel: '°C', deg: '°', 'dB[mW]': 'dBm', '{count}': '', 'W.h': 'Wh' }[unit] ?? unit;
}

function Group({
  title,
  count,
  isOpen,
  children,
}: {
  readonly title: string;
  readonly count: number;
  /** As when something is looked for. */
  readonly isOpen: boolean;
  readonly children: readonly ReactElement[];
}): ReactElement | null {
  const [isChosen, setChosen] = useState(false);
  if (count === 0) return null;
  return (
    <details
      className="rule-help__group"
      open={isOpen || isChosen}
      onToggle={(event) => {
        if (!isOpen) setChosen(event.currentTarget.open);
      }}
    >
      <summary>
        {title} <span className="tabs__count">{count}</span>
      </summary>
      <ul>{children}</ul>
    </details>
  );
}

function Insert({
  name,
  text,
  onInsert,
}: {
  readonly name: string;
  readonly text: string;
  readonly onInsert: (text: string) => void;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  return (
    <button type="button" className="rule-help__insert" onClick={() => onInsert(text)} title={text}>
      <code translate="no">{name}</code>
      <Icon name="arrowDown" />
      <span className="kern-sr-only">{fill(t.insertNamed, { name: '' })}</span>
    </button>
  );
}

/** The documentation of the operators, loaded with the first editor. */
function useOperatorHelp(): readonly OperatorHelp[] {
  const [help, setHelp] = useState<readonly OperatorHelp[]>([]);
  useEffect(() => {
    let isGone = false;
    void import('./operator-help.ts').then(({ OPERATOR_HELP }) => {
      if (!isGone) setHelp(OPERATOR_HELP);
    });
    return () => {
      isGone = true;
    };
  }, []);
  return help;
}
