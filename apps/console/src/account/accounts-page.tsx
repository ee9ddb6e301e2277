import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { call } from '../api/client.ts';
import type { Account, Page as ListPage } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { FilterBar } from '../ui/filter-bar.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { Page } from '../ui/page.tsx';
import { PhoneLine } from '../ui/phone-line.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { RoleNames } from './role-names.tsx';
import { ACCOUNT_TEXTS } from './texts.ts';
import './account.css';

export const STATE_TONES: Readonly<Record<Account['state'], Tone>> = {
  invited: 'info',
  active: 'success',
  locked: 'danger',
};
const STATES = ['active', 'invited', 'locked'] as const;

/** Who can sign in, and what they may. */
export default function AccountsPage(): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const accounts = useAccounts();
  const [isInviting, setInviting] = useState(false);
  return (
    <Page
      title={t.accounts}
      actions={
        <Button kind="primary" onClick={() => setInviting(true)}>
          {t.invite}
        </Button>
      }
    >
      <FilterBar
        filters={[
          { kind: 'text', name: 'text', label: t.search },
          {
            kind: 'choice',
            name: 'state',
            label: t.state,
            options: STATES.map((value) => ({ value, label: t[value] })),
          },
        ]}
      />
      {accounts.data === undefined ? (
        accounts.isError ? (
          <Failed error={accounts.error} onRetry={() => void accounts.refetch()} />
        ) : (
          <Loading />
        )
      ) : (
        <DataTable
          caption={t.accounts}
          rows={accounts.data.pages.flatMap(({ items }) => items)}
          rowId={({ accountId }) => accountId}
          empty={<Empty title={t.noAccounts} />}
          columns={[
            {
              id: 'name',
              title: t.displayName,
              cell: ({ accountId, displayName, name, roles }) => (
                <>
                  <Link to={`/accounts/${accountId}`}>{displayName}</Link>
                  <PhoneLine>
                    {name}
                    <RoleNames roles={roles} />
                  </PhoneLine>
                </>
              ),
            },
            { id: 'account', title: t.name, hideOnPhone: true, cell: ({ name }) => name },
            { id: 'roles', title: t.roles, hideOnPhone: true, cell: ({ roles }) => <RoleNames roles={roles} /> },
            { id: 'state', title: t.state, cell: ({ state }) => <Badge tone={STATE_TONES[state]}>{t[state]}</Badge> },
            {
              id: 'last',
              title: t.lastSignIn,
              hideOnPhone: true,
              cell: ({ lastSignInAt }) => <RelativeTime time={lastSignInAt} />,
            },
          ]}
        />
      )}
      <LoadMore
        hasMore={accounts.hasNextPage}
        busy={accounts.isFetchingNextPage}
        onMore={() => void accounts.fetchNextPage()}
      />
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  );
}

function useAccounts() {
  const [params] = useSearchParams();
  const filter = new URLSearchParams();
  for (const name of ['text', 'state']) {
    const value = params.get(name);
    if (value !== null) filter.set(name, value);
  }
  return useInfiniteQuery({
    queryKey: ['accounts', 'list', filter.toString()],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams(filter);
      if (pageParam !== null) query.set('after', pageParam);
      return call<ListPage<Account>>('GET', `/accounts?${query}`, undefined, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}
