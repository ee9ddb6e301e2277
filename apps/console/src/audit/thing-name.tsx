import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { AuditEntry } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { AUDIT_TEXTS } from './texts.ts';

/** Pages of things, by kind. */
const PAGES: Readonly<Record<string, string>> = {
  job: '/jobs/',
  alert: '/alerts/',
  asset: '/assets/',
  device: '/devices/',
  tour: '/tours/',
  account: '/accounts/',
  rule: '/rules/',
};

/** What an entry is about, with the way to it. */
export function ThingName({ thing }: { readonly thing: AuditEntry['thing'] }): ReactElement {
  const t = useTexts(AUDIT_TEXTS);
  if (!thing) return <span>–</span>;
  const { kind, id } = thing;
  const name = kind in t ? t[kind as keyof typeof t] : kind;
  if (id === null) return <span>{name}</span>;
  // Ids of our own making say nothing to people; their beginning is enough to tell two apart.
  const short = /^[0-9a-f-]{36}$/.test(id) ? id.slice(0, 8) : id;
  const page = PAGES[kind];
  return (
    <span title={id}>
      {name} {page === undefined ? short : <Link to={page + encodeURIComponent(id)}>{short}</Link>}
    </span>
  );
}
