import { durationMs } from '@stadtfunk/kernel';
import { isQuantityName, QUANTITIES } from '@stadtfunk/readings';
import type { ReactElement, ReactNode } from 'react';
import type { JobPriority } from '../api/types.ts';
import { useDepartmentName } from '../api/departments.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { PriorityBadge, SeverityBadge } from '../ui/badge.tsx';
import { Facts } from '../ui/page.tsx';
import {
  alternativesOf,
  listIn,
  mappingIn,
  namesIn,
  severityIn,
  textIn,
  titleIn,
  type PlainRule,
} from './plain-rule.ts';
import { RULE_TEXTS } from './texts.ts';

const PRIORITIES: readonly string[] = ['urgent', 'high', 'normal', 'low'];

/** A rule in words: what raises an alert, what ends it, how bad it is, whose work it is. */
export function RuleWords({ rule }: { readonly rule: PlainRule }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const pick = usePick();
  const time = useDurationWords();
  const departmentName = useDepartmentName();
  const department = textIn(rule['department']);
  const own = rule['subject'] === 'device' ? t.departmentOfDevice : t.departmentOfAsset;
  const restart = textIn(rule['restart']);
  const group = mappingIn(rule['group']);
  const groupTitle = titleIn(group['title']);
  const title = titleIn(rule['title']);
  const facts: (readonly [string, ReactNode])[] = [
    [t.raisesWhen, <Condition rule={rule} />],
    ...(rule['for'] !== undefined && rule['for'] !== null ? [[t.holdsFor, time(rule['for'])] as const] : []),
    ...(textIn(rule['readings']) !== null ? [[t.holdsReadings, textIn(rule['readings'])] as const] : []),
    ...(restart !== null ? [[t.restartsWhen, <Code>{restart}</Code>] as const] : []),
    [t.clearsWhen, <Clear rule={rule} />],
    [t.severity, <SeveritySteps severity={rule['severity']} />],
    [t.appliesTo, <Whom appliesTo={mappingIn(rule['appliesTo'])} isDevice={rule['subject'] === 'device'} />],
    [t.department, department === null ? own : departmentName(department)],
    [t.job, <Job job={rule['job']} />],
    ...(groupTitle
      ? [
          [
            t.group,
            fill(t.groupHelp, {
              n: textIn(group['atLeast']) ?? '',
              time: time(group['within']),
              by: textIn(group['by']) ?? '',
              title: pick(groupTitle),
            }),
          ] as const,
        ]
      : []),
    [t.quantities, <Quantities rule={rule} />],
    [t.titles, title && <BothLanguages de={title.de} en={title.en} />],
  ];
  return <Facts facts={facts} />;
}

/** `PT24H` in words; what an asset says of itself by its name. */
function useDurationWords(): (value: unknown) => string {
  const t = useTexts(RULE_TEXTS);
  const formats = useFormats();
  return (value) => {
    const text = textIn(value) ?? '';
    if (text.startsWith('asset.')) return fill(t.ofAsset, { name: text });
    const ms = durationMs(text);
    return ms === undefined ? text : ms < 60_000 ? `${ms / 1000} s` : formats.duration(ms);
  };
}

function Code({ children }: { readonly children: string }): ReactElement {
  return (
    <code className="condition" lang="en" translate="no">
      {children.replace(/\s+/g, ' ')}
    </code>
  );
}

function Condition({ rule }: { readonly rule: PlainRule }): ReactElement | null {
  const t = useTexts(RULE_TEXTS);
  const pick = usePick();
  const time = useDurationWords();
  const when = textIn(rule['when']);
  if (when !== null) {
    const alternatives = alternativesOf(when);
    if (alternatives.length === 1) return <Code>{when}</Code>;
    return (
      <>
        {t.any}:
        <ul className="conditions">
          {alternatives.map((alternative) => (
            <li key={alternative}>
              <Code>{alternative}</Code>
            </li>
          ))}
        </ul>
      </>
    );
  }
  const unchanged = textIn(rule['unchanged']);
  if (unchanged !== null) {
    const name = isQuantityName(unchanged) ? pick(QUANTITIES[unchanged].label) : unchanged;
    return <>{fill(t.unchanged, { name })}</>;
  }
  const { of, intervals, margin = 'PT0S', atLeast = 'PT0S' } = mappingIn(rule['silent']);
  if (intervals === undefined) return null;
  const silent = of === 'measurement' ? t.silentMeasurement : t.silentContact;
  const howLong = fill(t.silentFor, { n: textIn(intervals) ?? '', margin: time(margin), least: time(atLeast) });
  return (
    <>
      {silent} – {howLong}
    </>
  );
}

function Clear({ rule }: { readonly rule: PlainRule }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const time = useDurationWords();
  const clear = textIn(rule['clear']);
  const after = rule['clearFor'] === undefined || rule['clearFor'] === null ? null : time(rule['clearFor']);
  const silent = mappingIn(rule['silent']);
  const byItself =
    silent['intervals'] !== undefined
      ? silent['of'] === 'measurement'
        ? t.clearsMeasured
        : t.clearsHeard
      : rule['unchanged'] !== undefined
        ? t.clearsChanged
        : t.clearsByItself;
  return (
    <>
      {clear === null ? byItself : <Code>{clear}</Code>}
      {after !== null && <div>{`${t.holdsFor}: ${after}`}</div>}
    </>
  );
}

function SeveritySteps({ severity }: { readonly severity: unknown }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const time = useDurationWords();
  const only = severityIn(severity);
  if (only) return <SeverityBadge severity={only} />;
  return (
    <ol className="severity-steps">
      {listIn(severity).map((step, index) => {
        const { is, after, when, priority } = mappingIn(step);
        const known = severityIn(is);
        return (
          <li key={index}>
            {known && <SeverityBadge severity={known} />}
            {textIn(after) !== null && <span>{fill(t.afterTime, { time: time(after) })}</span>}
            {textIn(when) !== null && (
              <span>
                {t.whenHolds} <Code>{textIn(when) ?? ''}</Code>
              </span>
            )}
            {isPriority(priority) && (
              <span>
                {t.jobThen} <PriorityBadge priority={priority} />
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function isPriority(value: unknown): value is JobPriority {
  return typeof value === 'string' && PRIORITIES.includes(value);
}

function Whom({ appliesTo, isDevice }: { readonly appliesTo: PlainRule; readonly isDevice: boolean }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const names: Readonly<Record<string, string>> = t;
  const words = (value: unknown) => listIn(value).map(String);
  const types = words(appliesTo['type']).map((type) => names[type] ?? type);
  const more = [
    [t.district, words(appliesTo['district'])] as const,
    [t.model, words(appliesTo['model'])] as const,
    [t.tag, words(appliesTo['tag'])] as const,
  ].filter(([, values]) => values.length > 0);
  return (
    <>
      {types.length > 0 ? types.join(', ') : isDevice ? t.devices : t.everything}
      {more.map(([name, values]) => (
        <div key={name}>
          {name}: {values.join(', ')}
        </div>
      ))}
    </>
  );
}

function Job({ job }: { readonly job: unknown }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const pick = usePick();
  const time = useDurationWords();
  const { kind, priority, due, title, joins } = mappingIn(job);
  const name = titleIn(title);
  if (textIn(kind) === null) return <>{t.noJob}</>;
  const dueText = textIn(due);
  const isForecast = dueText !== null && durationMs(dueText) === undefined;
  const joined = listIn(joins).map(String);
  return (
    <div className="rule-job">
      <span>{name ? pick(name) : textIn(kind)}</span>
      {isPriority(priority) && <PriorityBadge priority={priority} />}
      {dueText !== null && (
        <span>{isForecast ? fill(t.dueBy, { name: dueText }) : fill(t.due, { time: time(dueText) })}</span>
      )}
      {joined.length > 0 && <span className="muted">{fill(t.joins, { names: joined.join(', ') })}</span>}
    </div>
  );
}

function Quantities({ rule }: { readonly rule: PlainRule }): ReactElement {
  const pick = usePick();
  const steps = listIn(rule['severity']).map((step) => textIn(mappingIn(step)['when']));
  const texts = ['when', 'clear', 'restart', 'unchanged'].map((key) => textIn(rule[key]));
  const named = namesIn([...texts, ...steps]);
  const known = named.filter(isQuantityName);
  if (known.length === 0) return <>–</>;
  return (
    <ul className="quantity-list">
      {known.map((name) => (
        <li key={name}>
          <code>{name}</code> {pick(QUANTITIES[name].label)}
        </li>
      ))}
    </ul>
  );
}

function BothLanguages({ de, en }: { readonly de: string; readonly en: string }): ReactElement {
  return (
    <>
      <div lang="de">{de}</div>
      <div lang="en" className="muted">
        {en}
      </div>
    </>
  );
}
