import type { RuleCheck } from '@stadtfunk/http';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { Icon } from '../ui/icons.tsx';
import { RULE_TEXTS } from './texts.ts';

/** What is wrong with a text, each mistake leading to its place. */
export function RuleMistakes({
  id,
  check,
  isChecked,
  idProblem,
  onGoTo,
}: {
  readonly id: string;
  readonly check: UseQueryResult<RuleCheck>;
  /** It is about the text as it stands there now. */
  readonly isChecked: boolean;
  readonly idProblem: string | null;
  readonly onGoTo: (line: number, column: number) => void;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const pick = usePick();
  const problems = check.data?.problems ?? [];
  const count = problems.length + (idProblem === null ? 0 : 1);
  const said = check.isError
    ? t.checkFailed
    : !isChecked
      ? t.checking
      : count > 0
        ? fill(t.mistakes, { n: count })
        : t.fine;
  const isWrong = count > 0 || check.isError;
  return (
    <div className={`rule-mistakes ${isWrong ? 'rule-mistakes--some' : ''}`} id={id}>
      <p className="rule-mistakes__sum" role="status">
        <Icon name={isWrong ? 'alerts' : 'ok'} />
        {said}
      </p>
      {count > 0 && (
        <ul>
          {idProblem !== null && <li>{idProblem}</li>}
          {problems.map(({ line, column, path, text }) => (
            <li key={`${line}:${column}:${path}`}>
              <button type="button" className="rule-mistakes__place" onClick={() => onGoTo(line, column)}>
                {fill(t.mistakeAt, { line, column })}
              </button>{' '}
              {path !== '' && <code>{path}</code>}
              <div>{pick(text)}</div>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
