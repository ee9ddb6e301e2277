import type { Rule, RuleList } from '@stadtfunk/http';
import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Badge, SEVERITIES, SEVERITY_ICONS, SeverityBadge } from '../ui/badge.tsx';
import { LinkButton } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { FilterBar } from '../ui/filter-bar.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { PhoneLine } from '../ui/phone-line.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { useUrlSort } from '../ui/url-state.ts';
import { RuleStateBadge } from './rule-badges.tsx';
import { useRules } from './rule-queries.ts';
import './rules.css';
import { UI_TEXTS } from '../ui/texts.ts';
import { RULE_TEXTS } from './texts.ts';

const TYPES = ['WasteContainer', 'ParkingSpot', 'Streetlight', 'StreetlightControlCabinet'] as const;
const USUAL = { column: 'rule', descending: false };

/** All rules, with what they did lately. */
export default function RulesPage(): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const caller = useCaller();
  const rules = useRules();
  const mayWrite = caller.may('rules.write');
  return (
    <Page
      title={t.title}
      subtitle={t.subtitle}
      actions={
        mayWrite && (
          <LinkButton to="/rules/new" kind="primary">
            {t.newRule}
          </LinkButton>
        )
      }
    >
      <Loaded query={rules}>{(list) => <RuleTables {...list} />}</Loaded>
    </Page>
  );
}

function RuleTables({ items, resting }: RuleList): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const ui = useTexts(UI_TEXTS);
  const pick = usePick();
  const [params] = useSearchParams();
  const [sort, setSort] = useUrlSort(USUAL);
  const columns = useColumns();
  const found = items.filter((rule) => fits(rule, params, pick(rule.title)));
  const types = TYPES.filter((type) => items.some(({ assetTypes }) => assetTypes.includes(type)));
  const choices = (words: readonly (keyof typeof RULE_TEXTS)[]) => words.map((value) => ({ value, label: t[value] }));
  return (
    <>
      <FilterBar
        filters={[
          { kind: 'text', name: 'q', label: t.search, placeholder: t.searchHint },
          { kind: 'choice', name: 'mode', label: t.mode, options: choices(['live', 'shadow']) },
          {
            kind: 'choice',
            name: 'severity',
            label: t.severity,
            options: SEVERITIES.map((value) => ({ value, label: ui[value] })),
          },
          { kind: 'choice', name: 'type', label: t.assetType, options: choices([...types, 'devices']) },
        ]}
      >
        <span className="muted">{fill(t.count, { n: found.length })}</span>
      </FilterBar>
      {items.length === 0 ? (
        <Notice kind="warning" title={t.noneInForce}>
          {t.noneInForceHelp}
        </Notice>
      ) : (
        <DataTable
          caption={t.title}
          rows={found}
          columns={columns}
          rowId={({ ruleId }) => ruleId}
          sort={sort}
          onSort={setSort}
          empty={<Empty title={t.noneFound} />}
        />
      )}
      {resting.length > 0 && <Resting resting={resting} />}
    </>
  );
}

function fits(rule: Rule, params: URLSearchParams, title: string): boolean {
  const [mode, severity, type, words] = ['mode', 'severity', 'type', 'q'].map((name) => params.get(name));
  if (mode && rule.mode !== mode) return false;
  if (severity && rule.severity !== severity && rule.worst !== severity) return false;
  if (type === 'devices' ? rule.subject !== 'device' : type && !(rule.assetTypes as string[]).includes(type))
    return false;
  const text = `${title} ${rule.ruleId}`.toLowerCase();
  return (words ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function useColumns(): readonly Column<Rule>[] {
  const t = useTexts(RULE_TEXTS);
  const pick = usePick();
  const byText = (text: (rule: Rule) => string) => (one: Rule, other: Rule) => text(one).localeCompare(text(other));
  const rank = ({ severity }: Rule) => SEVERITIES.indexOf(severity);
  return [
    {
      id: 'rule',
      title: t.rule,
      cell: (rule) => <RuleName rule={rule} />,
      compare: byText(({ title }) => pick(title)),
    },
    {
      id: 'mode',
      title: t.mode,
      hideOnPhone: true,
      cell: ({ mode }) => <RuleStateBadge state={mode} />,
      compare: byText(({ mode }) => mode),
    },
    {
      id: 'severity',
      title: t.severity,
      hideOnPhone: true,
      cell: ({ severity, worst }) => (
        <span className="rule-severity">
          <SeverityBadge severity={severity} />
          {worst !== severity && (
            <>
              <span className="muted">{t.upTo}</span> <SeverityBadge severity={worst} />
            </>
          )}
        </span>
      ),
      compare: (one, other) => rank(one) - rank(other),
    },
    { id: 'appliesTo', title: t.appliesTo, cell: (rule) => <AppliesTo {...rule} />, hideOnPhone: true },
    {
      id: 'fired',
      title: t.fired,
      cell: (rule) => firedOf(rule),
      compare: (one, other) => firedOf(one) - firedOf(other),
      isNumeric: true,
    },
    {
      id: 'open',
      title: t.openNow,
      cell: (rule) => openOf(rule),
      compare: (one, other) => openOf(one) - openOf(other),
      isNumeric: true,
    },
    {
      id: 'version',
      title: t.version,
      cell: ({ number }) =>
        number === 0 ? <span className="muted">{t.fromFiles}</span> : fill(t.numbered, { n: number }),
      compare: (one, other) => one.number - other.number,
      hideOnPhone: true,
    },
  ];
}

/** Of what it does now: a rule that only records has raised nothing. */
function firedOf({ mode, fired, shadowFired }: Rule): number {
  return mode === 'shadow' ? shadowFired : fired;
}

function openOf({ mode, openAlerts, openShadowAlerts }: Rule): number {
  return mode === 'shadow' ? openShadowAlerts : openAlerts;
}

function RuleName({ rule }: { readonly rule: Rule }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const ui = useTexts(UI_TEXTS);
  const pick = usePick();
  const { ruleId, title, mode, severity, worst, draft, passedOver, failures } = rule;
  return (
    <div className="rule-name">
      <Link to={`/rules/${encodeURIComponent(ruleId)}`}>{pick(title)}</Link>
      <span className="rule-name__id">{ruleId}</span>
      <PhoneLine icon={SEVERITY_ICONS[severity]}>
        {t[mode]}, {ui[severity]}
        {worst !== severity && ` ${t.upTo} ${ui[worst]}`}
      </PhoneLine>
      {draft !== null && <Badge tone="warning">{t.draftWaits}</Badge>}
      {passedOver !== null && (
        <Badge tone="danger" icon="alerts">
          {fill(t.unreadable, { n: passedOver })}
        </Badge>
      )}
      {failures > 0 && (
        <Badge tone="danger" icon="alerts">
          {fill(t.failing, { n: failures })}
        </Badge>
      )}
    </div>
  );
}

export function AppliesTo({ subject, assetTypes, districts, models, tags }: Rule): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const names: Readonly<Record<string, string>> = t;
  const about = assetTypes.map((type) => names[type] ?? type);
  const whom = about.length > 0 ? about.join(', ') : subject === 'device' ? t.devices : t.everything;
  const more = [
    districts.length > 0 && `${t.district}: ${districts.join(', ')}`,
    models.length > 0 && `${t.model}: ${models.join(', ')}`,
    tags.length > 0 && `${t.tag}: ${tags.join(', ')}`,
  ].filter((part) => part !== false);
  return (
    <>
      {whom}
      {more.length > 0 && <div className="muted">{more.join(' · ')}</div>}
    </>
  );
}

function Resting({ resting }: Pick<RuleList, 'resting'>): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const pick = usePick();
  return (
    <Section title={t.resting}>
      <p className="muted">{t.restingHelp}</p>
      <ul className="resting-rules">
        {resting.map(({ ruleId, title, state, savedAt, author, reason }) => (
          <li key={ruleId}>
            <RuleStateBadge state={state} />
            <Link to={`/rules/${encodeURIComponent(ruleId)}`}>{title ? pick(title) : ruleId}</Link>
            <span className="muted">
              {author}, <RelativeTime time={savedAt} />: {reason}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
