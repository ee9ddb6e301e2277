import type { ExampleOutcome } from '@stadtfunk/http';
import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef } from 'react';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Badge, SeverityBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Section } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';
import { runExamples } from './rule-queries.ts';
import { RULE_TEXTS } from './texts.ts';

/** Runs the examples of a text when it appears, and again when one asks for it. */
export function ExamplesPanel({
  yaml,
  onGoTo,
}: {
  readonly yaml: string;
  readonly onGoTo: (line: number) => void;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const run = useMutation({ mutationFn: (text: string) => runExamples(text) });
  const { mutate } = run;
  const first = useRef(yaml);
  useEffect(() => mutate(first.current), [mutate]);
  const isOutdated = run.variables !== undefined && run.variables !== yaml;
  return (
    <Section
      title={t.examples}
      actions={
        <Button busy={run.isPending} onClick={() => run.mutate(yaml)}>
          {t.runExamples}
        </Button>
      }
    >
      {isOutdated && <p className="muted">{t.exampleOutdated}</p>}
      <ErrorNotice error={run.error} />
      {run.isPending && <Loading lines={3} />}
      {run.isSuccess && <Outcomes {...run.data} onGoTo={onGoTo} />}
    </Section>
  );
}

function Outcomes({
  problems,
  examples,
  onGoTo,
}: {
  readonly problems: readonly object[];
  readonly examples: readonly ExampleOutcome[];
  readonly onGoTo: (line: number) => void;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const failed = examples.filter(({ passed }) => !passed).length;
  if (problems.length > 0) return <Notice kind="danger" title={fill(t.mistakes, { n: problems.length })} />;
  if (examples.length === 0) return <Notice kind="warning" title={t.noExamples} />;
  return (
    <>
      {failed === 0 ? (
        <Notice kind="success" title={fill(t.examplesPassed, { n: examples.length })} />
      ) : (
        <Notice kind="danger" title={fill(t.examplesFailed, { failed, n: examples.length })} />
      )}
      <ul className="rule-examples">
        {examples.map(({ name, line, passed, expected, got }) => (
          <li key={`${line} ${name}`}>
            <Badge tone={passed ? 'success' : 'danger'} icon={passed ? 'ok' : 'close'}>
              {passed ? t.passed : t.failed}
            </Badge>
            <button type="button" className="rule-mistakes__place" lang="en" onClick={() => onGoTo(line)}>
              {name}
            </button>
            {!passed && (
              <dl className="outcome">
                <dt>{t.expected}</dt>
                <dd>
                  <Episodes episodes={expected} />
                </dd>
                <dt>{t.got}</dt>
                <dd>
                  <Episodes episodes={got} />
                </dd>
              </dl>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Episodes({ episodes }: { readonly episodes: ExampleOutcome['got'] }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const formats = useFormats();
  if (episodes.length === 0) return <>{t.expectsNone}</>;
  return (
    <ul>
      {episodes.map(({ raised, cleared, severity, worsened }) => (
        <li key={raised}>
          {formats.exact(raised)} {t.until} {cleared === null ? t.stillOpen : formats.exact(cleared)}{' '}
          {severity && <SeverityBadge severity={severity} />}
          {worsened.map(({ at, to }) => (
            <span key={at}>
              {' '}
              {formats.exact(at)} <SeverityBadge severity={to} />
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
