import type { RuleDetail } from '@stadtfunk/http';
import { type ReactElement, useState } from 'react';
import { Route, Routes, useParams } from 'react-router';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Loaded } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { RaisedView } from './raised-view.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { RuleStateBadge } from './rule-badges.tsx';
import { RuleEditor } from './rule-editor.tsx';
import { RuleHistory } from './rule-history.tsx';
import { RuleView } from './rule-view.tsx';
import { saveRule, useRule } from './rule-queries.ts';
import './rules.css';
import { RULE_TEXTS } from './texts.ts';

/** One rule: in words, its editor, what it raised, its history. Each has an address of its own. */
export default function RulePage(): ReactElement {
  const { ruleId = '' } = useParams();
  const t = useTexts(RULE_TEXTS);
  const rule = useRule(ruleId);
  if (rule.data) return <OneRule key={ruleId} rule={rule.data} />;
  return (
    <Page title={t.rule} back={{ to: '/rules', title: t.back }}>
      <Loaded query={rule}>{() => null}</Loaded>
    </Page>
  );
}

function OneRule({ rule }: { readonly rule: RuleDetail }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const pick = usePick();
  const mayWrite = useCaller().may('rules.write');
  const [isRetiring, setRetiring] = useState(false);
  const { ruleId, mode, title, number, draft, passedOver, failures, lastFailure } = rule;
  const name = title ? pick(title) : ruleId;
  const base = `/rules/${encodeURIComponent(ruleId)}`;
  const raised = mode === 'shadow' ? rule.openShadowAlerts : rule.openAlerts;
  return (
    <Page
      title={name}
      back={{ to: '/rules', title: t.back }}
      subtitle={
        <div className="rule-subtitle">
          <code>{ruleId}</code>
          {mode && <RuleStateBadge state={mode} />}
          {mode && <span>{mode === 'live' ? t.liveHelp : t.shadowHelp}</span>}
          <span>{number === 0 ? t.fromFiles : number !== null && fill(t.numbered, { n: number })}</span>
          {draft && <Badge tone="warning">{t.draftWaits}</Badge>}
        </div>
      }
      actions={mayWrite && mode !== null && <Button onClick={() => setRetiring(true)}>{t.retire}</Button>}
    >
      {mode === null && <Notice kind="warning" title={t.notInForce} />}
      {passedOver && (
        <Notice kind="danger" title={fill(t.passedOver, { n: passedOver.number })}>
          <ul className="list">
            {passedOver.problems.map(({ line, column, path, text }) => (
              <li key={`${line}:${column} ${path}`}>
                {fill(t.mistakeAt, { line, column })}: {path !== '' && <code>{path}</code>} {pick(text)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {failures > 0 && (
        <Notice kind="warning" title={fill(t.conditionFails, { n: failures, reason: lastFailure ?? '' })} />
      )}
      <Tabs
        label={t.views}
        tabs={[
          { to: base, title: t.view },
          ...(mayWrite ? [{ to: `${base}/edit`, title: t.edit }] : []),
          { to: `${base}/alerts`, title: t.raised, count: raised },
          { to: `${base}/history`, title: t.history },
        ]}
      />
      <Routes>
        <Route index element={<RuleView rule={rule} />} />
        {mayWrite && <Route path="edit" element={<RuleEditor rule={rule} />} />}
        <Route path="alerts" element={<RaisedView rule={rule} />} />
        <Route path="history" element={<RuleHistory rule={rule} />} />
      </Routes>
      {isRetiring && (
        <ReasonDialog
          title={fill(t.retireTitle, { name })}
          help={fill(t.retireHelp, { n: rule.openAlerts })}
          action={t.retire}
          done={() => t.retiredDone}
          act={(reason) => saveRule({ ruleId, state: 'retired', reason, expected: rule.newest })}
          onClose={() => setRetiring(false)}
        />
      )}
    </Page>
  );
}
