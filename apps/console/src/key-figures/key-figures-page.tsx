import { type ReactElement, useMemo } from 'react';
import { useDepartmentName } from '../api/departments.ts';
import type { KeyFigures } from '../api/types.ts';
import { Tile } from '../devices/tile.tsx';
import { useFormats } from '../i18n/formats.ts';
import { useLanguage } from '../i18n/language.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Choice } from '../quality/choice.tsx';
import { useConsoleSettings } from '../shell/console-settings.ts';
import { Chart } from '../ui/chart.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Page, Section } from '../ui/page.tsx';
import { PhoneLine } from '../ui/phone-line.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { useUrlParam, useUrlSort } from '../ui/url-state.ts';
import { durationUnit } from './duration-unit.ts';
import { type KeyFigureQuery, searchOf, useKeyFigures } from './key-figure-queries.ts';
import { lastMonths, middleOf } from './period.ts';
import { KEY_FIGURE_TEXTS } from './texts.ts';

const MONTHS = { '3': 'm3', '6': 'm6', '12': 'm12', '36': 'm36' } as const;
const GROUPS = ['department', 'district'] as const;
/** As many as a chart can tell apart. */
const DRAWN = 4;
/** Points of neighbouring months are joined. */
const GAP_MS = 40 * 86_400_000;

export default function KeyFiguresPage(): ReactElement {
  const t = useTexts(KEY_FIGURE_TEXTS);
  const language = useLanguage();
  const { zone } = useConsoleSettings();
  const [monthsText, setMonths] = useUrlParam('months');
  const [byText, setBy] = useUrlParam('by');
  const months = monthsText !== null && Object.hasOwn(MONTHS, monthsText) ? Number(monthsText) : 6;
  const by = GROUPS.find((group) => group === byText) ?? 'department';
  // Not at every rendering: the present month stays the same while one looks.
  const query = useMemo(() => ({ ...lastMonths(months, Date.now(), zone), by }), [months, zone, by]);
  const figures = useKeyFigures(query);
  const search = searchOf(query);
  search.set('language', language);
  return (
    <Page
      title={t.title}
      subtitle={<span className="prose">{t.lead}</span>}
      actions={
        <>
          <Choice
            label={t.period}
            value={String(months)}
            onChange={setMonths}
            options={Object.entries(MONTHS).map(([value, name]) => ({ value, label: t[name] }))}
          />
          <Choice
            label={t.by}
            value={by}
            onChange={setBy}
            options={GROUPS.map((value) => ({ value, label: t[value] }))}
          />
        </>
      }
    >
      <Loaded query={figures}>
        {({ items }) => (items.length === 0 ? <Empty title={t.empty} /> : <Figures figures={items} query={query} />)}
      </Loaded>
      <p>
        <a href={`/api/v1/key-figures.csv?${search.toString()}`} download>
          {t.download}
        </a>
      </p>
    </Page>
  );
}

function Figures({
  figures,
  query,
}: {
  readonly figures: readonly KeyFigures[];
  readonly query: KeyFigureQuery;
}): ReactElement {
  const t = useTexts(KEY_FIGURE_TEXTS);
  return (
    <>
      <Section title={t.overview}>
        <Totals figures={figures} />
      </Section>
      <Section title={t.course}>
        <Course figures={figures} query={query} />
      </Section>
      <Section title={t.byMonth}>
        <Months figures={figures} by={query.by} />
      </Section>
    </>
  );
}

/** What can be added up over groups and months: medians cannot. */
function Totals({ figures }: { readonly figures: readonly KeyFigures[] }): ReactElement {
  const t = useTexts(KEY_FIGURE_TEXTS);
  const formats = useFormats();
  const sum = (name: 'jobs' | 'cancelled' | 'repeated' | 'due' | 'keptInTime') =>
    figures.reduce((total, each) => total + each[name], 0);
  const [jobs, due, kept] = [sum('jobs'), sum('due'), sum('keptInTime')];
  const share = (count: number, of: number) => (of === 0 ? '–' : formats.percent(count / of, 1));
  return (
    <>
      <dl className="tiles">
        <Tile name={t.jobs} value={formats.number(jobs)} />
        <Tile
          name={t.kept}
          value={share(kept, due)}
          more={fill(t.keptOf, { kept: formats.number(kept), due: formats.number(due) })}
        />
        <Tile name={t.repeated} value={share(sum('repeated'), jobs)} more={formats.number(sum('repeated'))} />
        <Tile name={t.cancelled} value={share(sum('cancelled'), jobs)} more={formats.number(sum('cancelled'))} />
      </dl>
      <p className="muted">{t.repeatedHelp}</p>
    </>
  );
}

function Course({
  figures,
  query: { from, to, by },
}: {
  readonly figures: readonly KeyFigures[];
  readonly query: KeyFigureQuery;
}): ReactElement {
  const t = useTexts(KEY_FIGURE_TEXTS);
  const nameOf = useGroupName(by);
  const groups = useMemo(() => largest(figures), [figures]);
  const seriesOf = (value: (figure: KeyFigures) => number | null) =>
    groups.map((group) => ({
      id: group ?? '',
      label: nameOf(group),
      gapMs: GAP_MS,
      points: figures
        .filter((each) => each.group === group)
        .map((each) => ({ at: middleOf(each.month), value: value(each) }))
        // Of groups that have none yet there is nothing to draw.
        .filter((point) => point.value !== null),
    }));
  const drawn = figures.filter(({ group }) => groups.includes(group));
  const unit = durationUnit(Math.max(0, ...drawn.map(({ repair }) => repair.median ?? 0)));
  const isCut = new Set(figures.map(({ group }) => group)).size > groups.length;
  return (
    <>
      {isCut && <p className="muted">{t.most}</p>}
      <div className="charts">
        <Chart
          title={t.kept}
          unit="%"
          display="percent"
          empty={t.noDue}
          series={seriesOf(({ due, keptInTime }) => (due === 0 ? null : keptInTime / due))}
          from={from}
          to={to}
        />
        <Chart
          title={t.repairTime}
          unit={t[unit.name]}
          empty={t.noRepair}
          series={seriesOf(({ repair }) => (repair.median === null ? null : unit.of(repair.median)))}
          from={from}
          to={to}
        />
      </div>
    </>
  );
}

/** The groups with the most jobs. */
function largest(figures: readonly KeyFigures[]): readonly (string | null)[] {
  const jobs = new Map<string | null, number>();
  for (const each of figures) jobs.set(each.group, (jobs.get(each.group) ?? 0) + each.jobs);
  return [...jobs]
    .sort(([, a], [, b]) => b - a)
    .slice(0, DRAWN)
    .map(([group]) => group);
}

function Months({
  figures,
  by,
}: {
  readonly figures: readonly KeyFigures[];
  readonly by: KeyFigureQuery['by'];
}): ReactElement {
  const t = useTexts(KEY_FIGURE_TEXTS);
  const formats = useFormats();
  const nameOf = useGroupName(by);
  const [sort, setSort] = useUrlSort({ column: 'month', descending: true });
  const share = (count: number, of: number) => (of === 0 ? '–' : formats.percent(count / of, 1));
  const ratio = (count: number, of: number) => (of === 0 ? -1 : count / of);
  const spread = (name: 'acknowledge' | 'repair'): Column<KeyFigures> => ({
    id: name,
    title: t[name],
    isNumeric: true,
    cell: ({ [name]: { median, p90 } }) =>
      median === null ? (
        '–'
      ) : (
        <>
          {formats.duration(median * 1_000)}
          {p90 !== null && <div className="muted">{fill(t.nine, { time: formats.duration(p90 * 1_000) })}</div>}
        </>
      ),
    compare: (a, b) => (a[name].median ?? -1) - (b[name].median ?? -1),
  });
  const columns: readonly Column<KeyFigures>[] = [
    {
      id: 'month',
      title: t.month,
      cell: ({ month, group, keptInTime, due }) => (
        <>
          {formats.month(month)}
          <PhoneLine>
            {nameOf(group)}, {t.kept}: {share(keptInTime, due)}
          </PhoneLine>
        </>
      ),
      compare: (a, b) => (a.month === b.month ? 0 : a.month < b.month ? -1 : 1),
    },
    {
      id: 'group',
      title: t[by],
      hideOnPhone: true,
      cell: ({ group }) => nameOf(group),
      compare: (a, b) => nameOf(a.group).localeCompare(nameOf(b.group)),
    },
    {
      id: 'jobs',
      title: t.jobs,
      isNumeric: true,
      cell: ({ jobs }) => formats.number(jobs),
      compare: (a, b) => a.jobs - b.jobs,
    },
    { ...spread('acknowledge'), hideOnPhone: true },
    spread('repair'),
    {
      id: 'repeated',
      title: t.repeated,
      isNumeric: true,
      hideOnPhone: true,
      cell: ({ repeated, jobs }) => share(repeated, jobs),
      compare: (a, b) => ratio(a.repeated, a.jobs) - ratio(b.repeated, b.jobs),
    },
    {
      id: 'kept',
      title: t.kept,
      isNumeric: true,
      hideOnPhone: true,
      cell: ({ keptInTime, due }) => share(keptInTime, due),
      compare: (a, b) => ratio(a.keptInTime, a.due) - ratio(b.keptInTime, b.due),
    },
  ];
  return (
    <DataTable
      caption={fill(t.table, { name: t.byMonth })}
      rows={figures}
      columns={columns}
      rowId={({ month, group }) => `${month} ${group ?? ''}`}
      sort={sort}
      onSort={setSort}
    />
  );
}

function useGroupName(by: KeyFigureQuery['by']): (group: string | null) => string {
  const t = useTexts(KEY_FIGURE_TEXTS);
  const departmentName = useDepartmentName();
  return (group) => (group === null ? t.none : by === 'department' ? departmentName(group) : group);
}
