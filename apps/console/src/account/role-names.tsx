import type { ReactElement } from 'react';
import type { Account } from '../api/types.ts';
import { useDepartmentName } from '../api/departments.ts';
import { useTexts } from '../i18n/texts.ts';
import { ACCOUNT_TEXTS } from './texts.ts';

/** `Kolonne (Abfallwirtschaft)`, a line each. */
export function RoleNames({ roles }: { readonly roles: Account['roles'] }): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const nameOf = useDepartmentName();
  if (roles.length === 0) return <span>{t.noRole}</span>;
  return (
    <ul className="plain-list">
      {roles.map(({ role, departments }) => (
        <li key={`${role} ${departments.join()}`}>
          {t[role]} ({departments.length === 0 ? t.everywhere : departments.map(nameOf).join(', ')})
        </li>
      ))}
    </ul>
  );
}
