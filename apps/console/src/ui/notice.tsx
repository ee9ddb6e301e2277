import type { ReactElement, ReactNode } from 'react';
import { ApiError } from '../api/problem.ts';
import { detailIn, technicalDetailIn } from '../api/problem-texts.ts';
import { useLanguage } from '../i18n/language.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { UI_TEXTS } from './texts.ts';

export type NoticeKind = 'info' | 'success' | 'warning' | 'danger';

/** KERN's alert: something that stays on the page. `danger` and `warning` are read out at once. */
export function Notice({
  kind = 'info',
  title,
  children,
}: {
  readonly kind?: NoticeKind;
  readonly title: string;
  readonly children?: ReactNode;
}): ReactElement {
  const isUrgent = kind === 'danger' || kind === 'warning';
  return (
    <div className={`kern-alert kern-alert--${kind} notice`} role={isUrgent ? 'alert' : 'status'}>
      <div className="kern-alert__header">
        <span className={`kern-icon kern-icon--${kind}`} aria-hidden="true" />
        <span className="kern-title">{title}</span>
      </div>
      {children !== undefined && children !== null && <div className="kern-alert__body">{children}</div>}
    </div>
  );
}

/** What went wrong when something was saved, said so that one knows what to do. Nothing without an error. */
export function ErrorNotice({ error }: { readonly error: unknown }): ReactElement | null {
  const t = useTexts(UI_TEXTS);
  const language = useLanguage();
  const detailOf = useDetail();
  if (error === null || error === undefined) return null;
  const { title, help } = whatToSay(error, t, detailOf);
  const hasMore = error instanceof ApiError && technicalDetailIn(language, error) !== null;
  return (
    <Notice kind={error instanceof ApiError && error.isConflict ? 'warning' : 'danger'} title={title}>
      {(help !== null || hasMore) && (
        <>
          {help}
          <TechnicalDetail error={error} />
        </>
      )}
    </Notice>
  );
}

/** The API's own words, to be opened, on pages in another language than theirs and where they say more. */
export function TechnicalDetail({ error }: { readonly error: unknown }): ReactElement | null {
  const language = useLanguage();
  const detail = error instanceof ApiError ? technicalDetailIn(language, error) : null;
  return detail === null ? null : <ApiWords>{detail}</ApiWords>;
}

/** Words of the API, a device or a library, which are English whatever the page is in: told as such on pages that are not. */
export function ApiWords({
  children,
  isFolded = true,
}: {
  readonly children: string;
  /** They are to be opened first. */
  readonly isFolded?: boolean;
}): ReactElement {
  const t = useTexts(UI_TEXTS);
  if (useLanguage() === 'en') return <span>{children}</span>;
  if (!isFolded) {
    return (
      <span className="api-words">
        {t.technical}: <span lang="en">{children}</span>
      </span>
    );
  }
  return (
    <details className="api-words">
      <summary>{t.technical}</summary>
      <span lang="en">{children}</span>
    </details>
  );
}

/** What the API finds wrong with fields, by their path; in German without its words, which are English. */
export function useFieldErrors(error: unknown): ReadonlyMap<string, string> {
  const t = useTexts(UI_TEXTS);
  const isEnglish = useLanguage() === 'en';
  if (!(error instanceof ApiError)) return new Map();
  return new Map([...error.fieldErrors].map(([path, message]) => [path, isEnglish ? message : t.fieldInvalid]));
}

type Told = { readonly [Name in keyof typeof UI_TEXTS]: string };

/** Why the API refused something, in the present language. */
export function useDetail(): (error: ApiError) => string {
  const language = useLanguage();
  return (error) => detailIn(language, error);
}

function whatToSay(
  error: unknown,
  t: Told,
  detailOf: (error: ApiError) => string,
): { readonly title: string; readonly help: string | null } {
  if (!(error instanceof ApiError)) return { title: t.fault, help: null };
  const { status } = error;
  const detail = detailOf(error);
  if (status === 0) return { title: t.away, help: t.awayHelp };
  if (error.isConflict) return { title: t.conflict, help: `${t.conflictHelp} (${detail})` };
  if (status === 403) return { title: fill(t.notAllowed, { detail }), help: null };
  if (status >= 500 && error.code === 'server.fault') return { title: t.fault, help: null };
  return { title: fill(t.refused, { detail }), help: null };
}
