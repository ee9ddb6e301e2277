import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { Link, useParams } from 'react-router';
import { call } from '../api/client.ts';
import { ApiError } from '../api/problem.ts';
import type { Account, InvitedAccount } from '../api/types.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useAtRisk } from '../ui/at-risk.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/field.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Facts, Page, Section } from '../ui/page.tsx';
import { Loaded } from '../ui/states.tsx';
import { ExactTime, RelativeTime } from '../ui/time.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { toast } from '../ui/toasts.tsx';
import { STATE_TONES } from './accounts-page.tsx';
import { formText } from './form-text.ts';
import { PasswordLink } from './password-link.tsx';
import { RoleEditor } from './role-editor.tsx';
import { RoleNames } from './role-names.tsx';
import { ACCOUNT_TEXTS } from './texts.ts';
import './account.css';

/** One account: what it may, and how the person gets in. */
export default function OneAccountPage(): ReactElement {
  const { accountId = '' } = useParams();
  const account = useQuery({
    queryKey: ['accounts', 'one', accountId],
    queryFn: ({ signal }) => call<Account>('GET', `/accounts/${encodeURIComponent(accountId)}`, undefined, { signal }),
  });
  const t = useTexts(ACCOUNT_TEXTS);
  if (account.data) return <OneAccount key={accountId} account={account.data} />;
  return (
    <Page title={t.one} back={{ to: '/accounts', title: t.back }}>
      <Loaded query={account}>{() => null}</Loaded>
    </Page>
  );
}

function OneAccount({ account }: { readonly account: Account }): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const { name, displayName, source, state } = account;
  return (
    <Page
      title={displayName}
      subtitle={
        <>
          {name} <Badge tone={STATE_TONES[state]}>{t[state]}</Badge>
        </>
      }
      back={{ to: '/accounts', title: t.back }}
    >
      <Section title={t.profile}>
        <Facts
          facts={[
            [t.source, source === 'local' ? t.local : t.oidc],
            [t.lastSignIn, <RelativeTime key="last" time={account.lastSignInAt} />],
            [t.invited, <ExactTime key="made" time={account.createdAt} />],
          ]}
        />
        <p>
          <Link to={`/audit?actor=${encodeURIComponent(name)}`}>{t.whatDone}</Link>
        </p>
      </Section>
      <Section title={t.rights}>
        {source === 'oidc' ? (
          <>
            <p>{t.groupsHelp}</p>
            <RoleNames roles={account.roles} />
          </>
        ) : (
          <RightsForm account={account} />
        )}
      </Section>
      <Access account={account} />
    </Page>
  );
}

/** Kept as it was begun on, however the account changes meanwhile. */
function RightsForm({ account }: { readonly account: Account }): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const [seen, setSeen] = useState(account.version);
  const [roles, setRoles] = useState(account.roles);
  const [isTyped, setTyped] = useState(false);
  const { typedLost } = useTexts(UI_TEXTS);
  useAtRisk(isTyped ? typedLost : null);
  const change = useChange(account.accountId, (changed) => {
    setSeen(changed.version);
    setTyped(false);
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = (name: string) => formText(form, name).trim();
    const body = { displayName: text('displayName'), email: text('email') || null, roles };
    change.mutate(
      { body, version: seen },
      {
        onError: (error) => {
          const now = error instanceof ApiError ? (error.body['account'] as Account | undefined) : undefined;
          if (now) setSeen(now.version);
        },
      },
    );
  };
  return (
    <form className="account-form card" onInput={() => setTyped(true)} onSubmit={submit}>
      <ChangeProblem error={change.error} />
      <Input label={t.displayName} name="displayName" defaultValue={account.displayName} required />
      <Input label={t.email} name="email" type="email" defaultValue={account.email ?? ''} isOptional />
      <RoleEditor
        roles={roles}
        onChange={(changed) => {
          setRoles(changed);
          setTyped(true);
        }}
      />
      <div>
        <Button kind="primary" type="submit" busy={change.isPending}>
          {t.save}
        </Button>
      </div>
    </form>
  );
}

function Access({ account: { accountId, source, state } }: { readonly account: Account }): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const isLocked = state === 'locked';
  const change = useChange(accountId);
  const link = useMutation({
    mutationFn: () => call<InvitedAccount['link']>('POST', `/accounts/${accountId}/link`),
  });
  const end = useMutation({
    mutationFn: () => call<{ ended: number }>('DELETE', `/accounts/${accountId}/sessions`),
    onSuccess: ({ ended }) => toast(fill(t.endedOthers, { n: ended })),
  });
  return (
    <Section title={t.access}>
      <ChangeProblem error={change.error} />
      <ErrorNotice error={link.error ?? end.error} />
      {link.data && <PasswordLink link={link.data} />}
      <p>{t.lockHelp}</p>
      <div className="page__actions">
        {source === 'local' && !isLocked && (
          <Button busy={link.isPending} onClick={() => link.mutate()}>
            {t.linkDo}
          </Button>
        )}
        <Button busy={end.isPending} onClick={() => end.mutate()}>
          {t.endAll}
        </Button>
        <Button busy={change.isPending} onClick={() => change.mutate({ body: { locked: !isLocked } })}>
          {isLocked ? t.unlock : t.lock}
        </Button>
      </div>
    </Section>
  );
}

function useChange(accountId: string, onDone?: (account: Account) => void) {
  const t = useTexts(ACCOUNT_TEXTS);
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, version }: { readonly body: object; readonly version?: number }) => {
      const headers = version === undefined ? {} : { 'if-match': `"${version}"` };
      return call<Account>('PATCH', `/accounts/${accountId}`, body, { headers });
    },
    onSuccess: (changed) => {
      toast(t.saved);
      onDone?.(changed);
      return client.invalidateQueries({ queryKey: ['accounts'] });
    },
  });
}

function ChangeProblem({ error }: { readonly error: unknown }): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const code = error instanceof ApiError ? error.code : undefined;
  if (code === 'account.lastAdministrator') {
    return (
      <Notice kind="warning" title={t.lastAdministrator}>
        {t.lastAdministratorHelp}
      </Notice>
    );
  }
  if (code === 'account.conflict') {
    return (
      <Notice kind="warning" title={t.overtaken}>
        {t.overtakenHelp}
      </Notice>
    );
  }
  return <ErrorNotice error={error} />;
}
