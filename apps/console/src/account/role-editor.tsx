import type { ReactElement } from 'react';
import { ROLES, type Role } from '@stadtfunk/accounts';
import { useDepartments } from '../api/departments.ts';
import type { Account } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, Select } from '../ui/field.tsx';
import { ACCOUNT_TEXTS } from './texts.ts';

type Roles = Account['roles'];

/** Roles, each in all departments or in some. */
export function RoleEditor({
  roles,
  onChange,
}: {
  readonly roles: Roles;
  readonly onChange: (roles: Roles) => void;
}): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const replace = (index: number, assignment: Roles[number]) =>
    onChange(roles.map((present, nth) => (nth === index ? assignment : present)));
  return (
    <>
      {roles.map((assignment, index) => (
        <fieldset key={index} className="role-editor">
          <legend>{fill(t.assignment, { n: index + 1 })}</legend>
          <Select
            label={t.role}
            value={assignment.role}
            options={ROLES.map((role) => ({ value: role, label: t[role] }))}
            onChange={(event) => replace(index, { ...assignment, role: event.target.value as Role })}
          />
          <Departments
            chosen={assignment.departments}
            onChange={(departments) => replace(index, { ...assignment, departments })}
          />
          <Button kind="tertiary" icon="close" onClick={() => onChange(roles.filter((_, nth) => nth !== index))}>
            {fill(t.removeRole, { n: index + 1 })}
          </Button>
        </fieldset>
      ))}
      <div>
        <Button onClick={() => onChange([...roles, { role: 'viewer', departments: [] }])}>{t.addRole}</Button>
      </div>
    </>
  );
}

function Departments({
  chosen,
  onChange,
}: {
  readonly chosen: readonly string[];
  readonly onChange: (departments: string[]) => void;
}): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const pick = usePick();
  const { data: departments = [] } = useDepartments();
  return (
    <div role="group" aria-label={t.departments}>
      <p className="kern-hint">{t.departmentsHint}</p>
      <div className="role-editor__departments">
        {departments.map(({ departmentId, name }) => (
          <Checkbox
            key={departmentId}
            label={pick(name)}
            checked={chosen.includes(departmentId)}
            onChange={(event) => {
              const others = chosen.filter((each) => each !== departmentId);
              onChange(event.target.checked ? [...others, departmentId] : others);
            }}
          />
        ))}
      </div>
    </div>
  );
}
