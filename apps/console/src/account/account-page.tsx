import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useRef } from 'react';
import { call } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import { useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/field.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Facts, Page, Section } from '../ui/page.tsx';
import { toast } from '../ui/toasts.tsx';
import { formText } from './form-text.ts';
import { NewPassword } from './new-password.tsx';
import { OwnSessions } from './own-sessions.tsx';
import { passwordProblem } from './password-problem.ts';
import { RoleNames } from './role-names.tsx';
import { ACCOUNT_TEXTS } from './texts.ts';
import './account.css';

/** Who I am, my password, and where I am signed in. */
export default function AccountPage(): ReactElement | null {
  const t = useTexts(ACCOUNT_TEXTS);
  const state = useSession();
  if (state.kind !== 'signedIn' && state.kind !== 'expired') return null;
  const { name, displayName, roles, source } = state.session;
  return (
    <Page title={t.mine}>
      <Section title={t.profile}>
        <Facts
          facts={[
            [t.displayName, displayName],
            [t.name, name],
            [t.roles, <RoleNames key="roles" roles={roles} />],
            [t.source, t[source]],
          ]}
        />
      </Section>
      <Section title={t.password}>
        {source === 'local' ? <PasswordForm name={name} /> : <p>{t.passwordElsewhere}</p>}
      </Section>
      <OwnSessions />
    </Page>
  );
}

function PasswordForm({ name }: { readonly name: string }): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: (body: { readonly current: string; readonly password: string }) =>
      call('PUT', '/session/password', body),
    onSuccess: () => {
      form.current?.reset();
      toast(t.changed);
      void client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    change.mutate({ current: formText(form, 'current'), password: formText(form, 'password') });
  };
  const said = passwordProblem(change.error, t);
  const isCurrent = said === t.wrongCurrent || said === t.tooMany;
  return (
    <form className="account-form card" ref={form} onSubmit={submit}>
      {said === null && <ErrorNotice error={change.error} />}
      {/* So that a password manager knows whose password it is. */}
      <input type="text" name="username" autoComplete="username" defaultValue={name} readOnly hidden />
      <Input
        label={t.current}
        name="current"
        type="password"
        autoComplete="current-password"
        required
        error={isCurrent ? said : null}
      />
      <NewPassword error={isCurrent ? null : said} />
      <div>
        <Button kind="primary" type="submit" busy={change.isPending}>
          {t.change}
        </Button>
      </div>
    </form>
  );
}
