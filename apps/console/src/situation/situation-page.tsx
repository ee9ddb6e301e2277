import { lazy, type ReactElement, Suspense, useCallback, useDeferredValue, useMemo } from 'react';
import { useDepartmentName } from '../api/departments.ts';
import type { SituationAsset } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { type Filter, FilterBar } from '../ui/filter-bar.tsx';
import { Page } from '../ui/page.tsx';
import { Loaded } from '../ui/states.tsx';
import { untilLoaded } from '../ui/until-loaded.ts';
import { useUrlParam } from '../ui/url-state.ts';
import { useMedia } from '../ui/use-media.ts';
import { AssetDetails } from './asset-details.tsx';
import { AssetList } from './asset-list.tsx';
import { SeveritySummary } from './severity-summary.tsx';
import { filterAssets, wordsOf } from './situation-filter.ts';
import { SITUATION_TEXTS } from './texts.ts';
import { useSituation } from './use-situation.ts';
import './situation.css';

/** As in the style sheet: no room for list and map side by side. */
const NARROW = '(max-width: 1000px)';

const CityMap = lazy(() => untilLoaded(() => import('./map/city-map.tsx')));

/** The whole city at a glance: on the map, and the same as a list. */
export default function SituationPage(): ReactElement {
  const t = useTexts(SITUATION_TEXTS);
  const situation = useSituation();
  return (
    <Page title={t.title} isWide>
      <Loaded query={situation}>{({ assets }) => <City assets={assets} />}</Loaded>
    </Page>
  );
}

function City({ assets }: { readonly assets: readonly SituationAsset[] }): ReactElement {
  const t = useTexts(SITUATION_TEXTS);
  const formats = useFormats();
  const [selectedId, select] = useUrlParam('asset');
  const [view, setView] = useUrlParam('view');
  const isNarrow = useMedia(NARROW);
  const { inArea, shown, isFiltered } = useFiltered(assets);
  const selected = useMemo(() => assets.find(({ assetId }) => assetId === selectedId), [assets, selectedId]);
  const close = useCallback(() => select(null), [select]);
  // Typing and choosing go first; list and map follow as soon as the browser has time.
  const deferred = useDeferredValue(shown);
  return (
    <>
      <SeveritySummary assets={inArea} />
      <FilterBar filters={useFilters(assets)}>
        {fill(t.ofAssets, { n: formats.number(shown.length), all: formats.number(assets.length) })}
      </FilterBar>
      <div className="view-switch" role="group" aria-label={t.view}>
        {(['list', 'map'] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={(view ?? 'list') === name}
            onClick={() => setView(name === 'list' ? null : name)}
          >
            {name === 'list' ? t.listShort : t.map}
          </button>
        ))}
      </div>
      <div className="situation">
        {!(isNarrow && view === 'map') && (
          <div className="situation__list">
            <AssetList assets={deferred} isFiltered={isFiltered} activeId={selectedId} onSelect={select} />
          </div>
        )}
        {/* Where there is room for one only, the map library is not even loaded before somebody wants the map. */}
        {!(isNarrow && view !== 'map') && (
          <div className="situation__map">
            <Suspense fallback={<div className="city-map" />}>
              <CityMap
                assets={deferred}
                areAll={deferred.length === assets.length}
                selected={selected}
                onSelect={select}
              />
            </Suspense>
          </div>
        )}
        {selected && <AssetDetails asset={selected} onClose={close} />}
      </div>
    </>
  );
}

/** `inArea`: by all filters but severity, which the summary counts. */
function useFiltered(assets: readonly SituationAsset[]) {
  const [severity] = useUrlParam('severity');
  const [text] = useUrlParam('q');
  const [type] = useUrlParam('type');
  const [district] = useUrlParam('district');
  const [department] = useUrlParam('department');
  const inArea = useMemo(
    () => filterAssets(assets, { severity: null, text, type, district, department }),
    [assets, text, type, district, department],
  );
  const shown = useMemo(
    () => filterAssets(inArea, { severity, text: null, type: null, district: null, department: null }),
    [inArea, severity],
  );
  const isFiltered = [severity, text, type, district, department].some((value) => value !== null);
  return { inArea, shown, isFiltered };
}

function useFilters(assets: readonly SituationAsset[]): readonly Filter[] {
  const t = useTexts(SITUATION_TEXTS);
  const departmentName = useDepartmentName();
  const types = useWords(assets, 'type');
  const districts = useWords(assets, 'district');
  const departments = useWords(assets, 'department');
  const choice = (name: string, label: string, words: readonly string[], say: (word: string) => string): Filter => ({
    ...{ kind: 'choice', name, label },
    options: words.map((value) => ({ value, label: say(value) })),
  });
  return [
    { kind: 'text', name: 'q', label: t.search, placeholder: t.searchHint },
    choice('type', t.type, types, (type) => t[type as SituationAsset['type']]),
    choice('district', t.district, districts, (district) => district),
    choice('department', t.department, departments, departmentName),
  ];
}

function useWords(assets: readonly SituationAsset[], member: 'type' | 'district' | 'department'): readonly string[] {
  // Which types and districts there are changes seldom, and reading it off ten thousand assets takes a while.
  const words = useMemo(() => wordsOf(assets, member).join('\n'), [assets, member]);
  return useMemo(() => words.split('\n').filter(Boolean), [words]);
}
