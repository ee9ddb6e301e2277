import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { ApiError } from '../api/problem.ts';
import { useTexts } from '../i18n/texts.ts';
import { Button } from './button.tsx';
import { TechnicalDetail, useDetail } from './notice.tsx';
import { UI_TEXTS } from './texts.ts';

/** Instead of a list that has nothing in it: what that means, and what one may do. */
export function Empty({
  title,
  children,
  isGood = false,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  /** Nothing is what one hopes for. */
  readonly isGood?: boolean;
}): ReactElement {
  return (
    <div className={`state ${isGood ? 'state--good' : ''}`}>
      {isGood && <span className="kern-icon kern-icon--success" aria-hidden="true" />}
      <p className="state__title">{title}</p>
      {children}
    </div>
  );
}

/** Grey lines in the place of what is to come. */
export function Loading({ lines = 6 }: { readonly lines?: number }): ReactElement {
  const t = useTexts(UI_TEXTS);
  return (
    <div className="state state--loading" role="status">
      <span className="kern-sr-only">{t.loading}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="skeleton" aria-hidden="true" />
      ))}
    </div>
  );
}

/** What could not be loaded, and why: the server is away, one may not, it is not there, or a fault. */
export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }): ReactElement {
  const t = useTexts(UI_TEXTS);
  const detailOf = useDetail();
  const status = error instanceof ApiError ? error.status : undefined;
  if (status === 403) return <NoRight />;
  const title = status === 0 ? t.away : status === 404 ? t.missing : t.failed;
  return (
    <div className="state state--failed" role="alert">
      <p className="state__title">{title}</p>
      {error instanceof ApiError && error.detail !== '' && status !== 404 && (
        <>
          <p>{detailOf(error)}</p>
          <TechnicalDetail error={error} />
        </>
      )}
      {onRetry && status !== 404 && (
        <Button icon="ok" onClick={onRetry}>
          {t.again}
        </Button>
      )}
    </div>
  );
}

export function NoRight(): ReactElement {
  const t = useTexts(UI_TEXTS);
  return (
    <div className="state">
      <p className="state__title">{t.noRight}</p>
      <p>{t.noRightHelp}</p>
    </div>
  );
}

/** The states of a query, then its data: `<Loaded query={jobs}>{(list) => …}</Loaded>`. */
export function Loaded<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  // What was loaded once stays when reading it again fails; the header says that the connection is lost.
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading />;
}
