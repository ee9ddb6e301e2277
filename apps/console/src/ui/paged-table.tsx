import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Page } from '../api/types.ts';
import { DataTable, type DataTableProps } from './data-table.tsx';
import { LoadMore } from './load-more.tsx';
import { ErrorNotice } from './notice.tsx';
import { Failed, Loading } from './states.tsx';

/** A table that is read a page at a time: its states, its rows, and more of them. */
export function PagedTable<Row>({
  query,
  ...table
}: Omit<DataTableProps<Row>, 'rows'> & {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<Row>>>;
}): ReactElement {
  const { data } = query;
  if (data === undefined) {
    return query.isError ? <Failed error={query.error} onRetry={() => void query.refetch()} /> : <Loading />;
  }
  return (
    <>
      <DataTable {...table} rows={data.pages.flatMap(({ items }) => items)} />
      <ErrorNotice error={query.isFetchNextPageError ? query.error : null} />
      <LoadMore hasMore={query.hasNextPage} busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
    </>
  );
}
