import type { ReactElement, ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { LinkButton } from '../ui/button.tsx';
import { type Filter, FilterBar } from '../ui/filter-bar.tsx';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { SearchBox } from './search-box.tsx';
import { ASSET_TEXTS } from './texts.ts';
import './assets.css';

/** The frame of the lists of assets and of devices: search, filters, and the way to the import. */
export function RegistryPage({
  title,
  importPath,
  filters,
  children,
}: {
  readonly title: string;
  readonly importPath: string;
  readonly filters: readonly Filter[];
  readonly children: ReactNode;
}): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const actions = useCaller().may('imports.write') && (
    <LinkButton to={importPath} icon="arrowDown">
      {t.import}
    </LinkButton>
  );
  return (
    <Page title={title} actions={actions}>
      <SearchBox />
      <FilterBar filters={filters} />
      {children}
    </Page>
  );
}

/** Nothing there, or nothing that fits the filters. */
export function EmptyRegistry({
  isFiltered,
  title,
  help,
}: {
  readonly isFiltered: boolean;
  readonly title: string;
  readonly help: string;
}): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  if (isFiltered) return <Empty title={t.noneFits} />;
  return (
    <Empty title={title}>
      <p>{help}</p>
    </Empty>
  );
}
