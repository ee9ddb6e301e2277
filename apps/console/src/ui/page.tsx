import { type ReactElement, type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';
import { useLastAddress } from './last-address.ts';

/** The list that a page is about one thing of: `{ to: '/jobs', title: t.back }`. */
export interface WayBack {
  readonly to: string;
  readonly title: string;
}

/** A page's frame: heading with what can be done, then the content. Sets the title of the window. */
export function Page({
  title,
  subtitle,
  actions,
  back,
  isWide = false,
  children,
}: {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly back?: WayBack;
  /** Fills the window, as a map does. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  useEffect(() => {
    document.title = `${title} – Stadtfunk`;
  }, [title]);
  return (
    <div className={`page ${isWide ? 'page--wide' : ''}`}>
      {back && <BackLink {...back} />}
      <header className="page__header">
        <div>
          <h1 className="page__title">{title}</h1>
          {subtitle !== undefined && <div className="page__subtitle">{subtitle}</div>}
        </div>
        {actions !== undefined && <div className="page__actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** To a list as it was last filtered. */
function BackLink({ to, title }: WayBack): ReactElement {
  return (
    <p className="page__back">
      <Link to={useLastAddress(to)}>
        <span aria-hidden="true">← </span>
        {title}
      </Link>
    </p>
  );
}

/** A part of a page with a heading of its own. */
export function Section({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="section" aria-label={title}>
      <header className="section__header">
        <h2 className="section__title">{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}

/** Names and values, one below the other. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
}): ReactElement {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
