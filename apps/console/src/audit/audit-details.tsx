import type { ReactElement } from 'react';
import type { AuditEntry } from '../api/types.ts';
import { type Told, useTexts } from '../i18n/texts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Facts } from '../ui/page.tsx';
import { ExactTime } from '../ui/time.tsx';
import { ActionName } from './audit-page.tsx';
import { AUDIT_TEXTS } from './texts.ts';
import { ThingName } from './thing-name.tsx';

type Members = Readonly<Record<string, unknown>>;

/** Everything that is kept of one change. */
export function AuditDetails({
  entry,
  onClose,
}: {
  readonly entry: AuditEntry;
  readonly onClose: () => void;
}): ReactElement {
  const t = useTexts(AUDIT_TEXTS);
  const { at, actor, action, thing, outcome, code, way, address, permission, requestId } = entry;
  return (
    <Dialog title={t.details} onClose={onClose} isWide>
      <Facts
        facts={[
          [t.at, <ExactTime key="at" time={at} />],
          [t.actor, actor],
          [t.action, <ActionName key="action" action={action} />],
          [t.thing, <ThingName key="thing" thing={thing} />],
          [t.outcome, code === null ? t[outcome] : `${t[outcome]} (${code})`],
          [t.way, t[way]],
          [t.address, address ?? '–'],
          [t.permission, permission ?? '–'],
          [t.request, `${action}${requestId === null ? '' : ` · ${requestId}`}`],
        ]}
      />
      <Changes entry={entry} t={t} />
    </Dialog>
  );
}

function Changes({
  entry: { asked, before, after },
  t,
}: {
  readonly entry: AuditEntry;
  readonly t: Told<typeof AUDIT_TEXTS>;
}): ReactElement {
  const columns: readonly (readonly [title: string, members: Members])[] = [
    [t.asked, membersOf(asked)],
    [t.before, membersOf(before)],
    [before === null ? t.answered : t.after, membersOf(after)],
  ];
  const shown = columns.filter(([, members]) => Object.keys(members).length > 0);
  const names = [...new Set(shown.flatMap(([, members]) => Object.keys(members)))];
  if (names.length === 0) return <></>;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t.details}>
      <table className="audit-change">
        <thead>
          <tr>
            <th scope="col">{t.member}</th>
            {shown.map(([title]) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {shown.map(([title, members]) => (
                <td key={title}>{textOf(members[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function membersOf(value: unknown): Members {
  if (value === null || value === undefined) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Members) : { '': value };
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
