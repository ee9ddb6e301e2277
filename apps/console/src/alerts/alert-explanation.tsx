import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useMemo } from 'react';
import { callAll } from '../api/client.ts';
import { msOf } from '../api/duration.ts';
import type { AlertContext, Quantity } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, pick, useTexts } from '../i18n/texts.ts';
import { Icon } from '../ui/icons.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { furtherValues, type Speech, type Term, termText } from './explain.ts';
import { EXPLANATION_TEXTS } from './explanation-texts.ts';
import { useRuleTitle } from './rule-titles.ts';
import { ALERT_TEXTS } from './texts.ts';

/** How the words of rules are said in the present language. */
export function useSpeech(): Speech {
  const t = useTexts(EXPLANATION_TEXTS);
  const formats = useFormats();
  const { data } = useQuery({
    queryKey: ['quantities'],
    queryFn: ({ signal }) => callAll<Quantity>('/quantities', 1000, { signal }),
    staleTime: Infinity,
  });
  return useMemo(
    (): Speech => ({
      fill,
      t,
      quantities: new Map((data ?? []).map((quantity) => [quantity.name as string, quantity])),
      // In the language of `t`.
      pick: (text) => pick(text),
      number: (value) => formats.number(value),
      percent: (share) => formats.percent(share),
      duration: (ms) => formats.duration(ms),
    }),
    [data, t, formats],
  );
}

/** Why an alert was raised, became worse, and what would clear it or has cleared it. */
export function AlertExplanation({ alert }: { readonly alert: AlertContext['alert'] }): ReactElement {
  const t = useTexts(EXPLANATION_TEXTS);
  const names = useTexts(ALERT_TEXTS);
  const severities = useTexts(UI_TEXTS);
  const formats = useFormats();
  const speech = useSpeech();
  const ruleTitle = useRuleTitle();
  const { explanation, ruleId, raisedAt, clearedAt, clearReason } = alert;
  if (!explanation) return <p className="muted">{names.noExplanation}</p>;
  const { raised, worsened, clears } = explanation;
  const holding = raised.conditions.filter(({ holds }) => holds);
  const others = raised.conditions.filter(({ holds, text }) => !holds && text !== '');
  const heldMs = msOf(raised.for);
  return (
    <div className="reasons">
      <div>
        <p>{fill(t.raised, { rule: ruleTitle(ruleId), version: raised.ruleVersion, time: formats.exact(raisedAt) })}</p>
        <p>
          {heldMs > 0
            ? fill(t.held, { time: formats.exact(raised.since), duration: formats.duration(heldMs) })
            : fill(t.heldAtOnce, { time: formats.exact(raised.since) })}
        </p>
      </div>
      {holding.map((condition) => (
        <div key={condition.text}>
          <p>{t.because}</p>
          <Terms terms={condition.terms} speech={speech} />
        </div>
      ))}
      {others.map((condition) => (
        <div key={condition.text}>
          <p className="muted">{t.otherWay}</p>
          <Terms terms={condition.terms} speech={speech} />
        </div>
      ))}
      {worsened.map((rise) => {
        const said = {
          time: formats.exact(rise.at),
          severity: severities[rise.severity],
          duration: formats.duration(msOf(rise.for)),
        };
        const isByTime = rise.conditions.length === 0;
        return (
          <div key={rise.severity}>
            <p>{fill(isByTime ? t.worseByTime : t.worse, said)}</p>
            {rise.conditions.map((condition) => (
              <Terms key={condition.text} terms={condition.terms} speech={speech} />
            ))}
          </div>
        );
      })}
      {clearedAt === null ? (
        <Clears clears={clears} raised={raised} speech={speech} />
      ) : (
        <p>{fill(t.cleared, { time: formats.exact(clearedAt), how: endText(clearReason, names) })}</p>
      )}
      <details>
        <summary>{t.asWritten}</summary>
        {raised.conditions.map(({ text }) => (
          <p key={text}>
            <code>{text}</code>
          </p>
        ))}
        <p>
          <code>{clears.text}</code>
        </p>
      </details>
    </div>
  );
}

type Explained = NonNullable<AlertContext['alert']['explanation']>;

function Clears({
  clears,
  raised,
  speech,
}: Pick<Explained, 'clears' | 'raised'> & { readonly speech: Speech }): ReactElement {
  const { t } = speech;
  if (clears.text === 'contact') return <p>{t.clearsHeard}</p>;
  if (clears.text === 'measurement') return <p>{t.clearsMeasured}</p>;
  const ms = msOf(clears.for);
  const duration = ms > 0 ? fill(t.clearsFor, { duration: speech.duration(ms) }) : '';
  const raising = new Set(raised.conditions.flatMap(({ terms }) => terms.map(({ text }) => text)));
  // Questions whether a reading has a value say nothing to people.
  const told = clears.terms.filter(({ text }) => !/^!?\s*has\(/.test(text));
  return (
    <div>
      <p>{fill(t.clears, { duration })}</p>
      <ul className="reason-list list">
        {told.map((term) => {
          const text = termText(term, speech, true);
          return <li key={term.text}>{raising.has(term.text) ? fill(t.noMore, { text }) : text}</li>;
        })}
      </ul>
    </div>
  );
}

function Terms({ terms, speech }: { readonly terms: readonly Term[]; readonly speech: Speech }): ReactElement {
  // What was not measured, and whether it was, decided nothing that one can look at.
  const told = terms.filter(({ text, answer, values }) => {
    return !/^!?\s*has\(/.test(text) && (answer !== null || Object.keys(values).length > 0);
  });
  return (
    <ul className="reason-list">
      {told.map((term) => (
        <TermLine key={term.text} term={term} speech={speech} />
      ))}
    </ul>
  );
}

function TermLine({ term, speech }: { readonly term: Term; readonly speech: Speech }): ReactElement {
  const { t } = speech;
  const { answer, text } = term;
  const sentence = termText(term, speech);
  const further = furtherValues(term, speech);
  const judgement = answer === null ? t.isOpen : answer ? t.isTrue : t.isFalse;
  return (
    <li className={`reason reason--${answer}`}>
      <span title={judgement}>
        <Icon name={answer ? 'ok' : 'close'} />
        <span className="kern-sr-only">{judgement}: </span>
      </span>
      <span>
        {sentence === text ? <code>{text}</code> : sentence}
        {further.length > 0 && <span className="muted"> ({further.join(', ')})</span>}
      </span>
    </li>
  );
}

export function endText(
  reason: AlertContext['alert']['clearReason'],
  t: { readonly [Name in keyof typeof ALERT_TEXTS]: string },
): string {
  const texts = {
    measured: t.endMeasured,
    ruleRemoved: t.endRuleRemoved,
    rebound: t.endRebound,
    dissolved: t.endDissolved,
  };
  return reason === null ? '' : texts[reason];
}
