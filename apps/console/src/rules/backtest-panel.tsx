import type { BacktestReport } from '@stadtfunk/http';
import { DAY_MS, momentOfLocal, zoneOffsetMs } from '@stadtfunk/kernel';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { useDistricts } from '../api/districts.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useConsoleSettings } from '../shell/console-settings.ts';
import { Button } from '../ui/button.tsx';
import { Input, Select } from '../ui/field.tsx';
import { ErrorNotice, Notice, useDetail } from '../ui/notice.tsx';
import { Section } from '../ui/page.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { BacktestResult } from './backtest-result.tsx';
import { runBacktest, useRunningBacktests } from './rule-queries.ts';
import { RULE_TEXTS } from './texts.ts';

/** So much is looked at unless one asks for more or less. */
const USUAL_DAYS = 7;
const MOST_DAYS = 731;

/** Asks what a text would have done in a past time, without saving it. */
export function BacktestPanel({
  yaml,
  isInForce,
}: {
  readonly yaml: string;
  readonly isInForce: boolean;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const words = useTexts(UI_TEXTS);
  const { zone } = useConsoleSettings();
  const today = localDay(Date.now(), zone);
  const [from, setFrom] = useState(dayText(today - (USUAL_DAYS - 1) * DAY_MS));
  const [to, setTo] = useState(dayText(today));
  const [district, setDistrict] = useState('');
  const districts = useDistricts();
  const stopping = useRef<AbortController | null>(null);
  const run = useMutation({
    mutationFn: (text: string) => {
      stopping.current = new AbortController();
      const [begin, end] = [Date.parse(from), Date.parse(to) + DAY_MS];
      const period = { from: instant(begin, zone), to: instant(end, zone) };
      const part = district === '' ? {} : { district };
      return runBacktest({ rules: text, ...period, ...part }, stopping.current.signal);
    },
  });
  // Whoever leaves waits for nothing, and the server need not go on.
  useEffect(() => () => stopping.current?.abort(), []);
  const problem = problemOf(from, to, t);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem === null && !run.isPending) run.mutate(yaml);
  };
  return (
    <Section title={t.backtest}>
      <p className="muted">{t.backtestHelp}</p>
      <form className="backtest-form" onSubmit={submit} noValidate>
        <Input type="date" label={t.from} value={from} required onChange={(event) => setFrom(event.target.value)} />
        <Input
          type="date"
          label={t.to}
          value={to}
          required
          error={problem}
          onChange={(event) => setTo(event.target.value)}
        />
        <Select
          label={t.districtOnly}
          value={district}
          options={[{ value: '', label: words.all }, ...districts]}
          onChange={(event) => setDistrict(event.target.value)}
        />
        <Button type="submit" kind="primary" busy={run.isPending}>
          {t.run}
        </Button>
        {run.isPending && <Button onClick={() => stopping.current?.abort()}>{t.stop}</Button>}
      </form>
      {run.isPending && <Progress />}
      <Refused error={run.error} wasStopped={stopping.current?.signal.aborted === true} />
      {run.isSuccess && <Result report={run.data} isOutdated={run.variables !== yaml} isInForce={isInForce} />}
    </Section>
  );
}

function Result({
  report,
  isOutdated,
  isInForce,
}: {
  readonly report: BacktestReport;
  readonly isOutdated: boolean;
  readonly isInForce: boolean;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  return (
    <>
      {isOutdated && <p className="muted">{t.exampleOutdated}</p>}
      {!isInForce && <p className="muted">{t.nothingToCompare}</p>}
      <BacktestResult report={report} />
    </>
  );
}

function Progress(): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const formats = useFormats();
  const running = useRunningBacktests(true);
  const run = running.data?.items[0];
  return (
    <div className="backtest-progress" role="status">
      <progress aria-label={t.running} {...(run && { value: run.share })} max={1} />
      <span>
        {t.running}
        {run && `: ${fill(t.runningAt, { share: formats.percent(run.share), n: formats.number(run.readings) })}`}
      </span>
    </div>
  );
}

function Refused({
  error,
  wasStopped,
}: {
  readonly error: unknown;
  readonly wasStopped: boolean;
}): ReactElement | null {
  const t = useTexts(RULE_TEXTS);
  const detailOf = useDetail();
  if (error === null || error === undefined) return null;
  if (wasStopped) return <Notice title={t.stopped} />;
  if (!(error instanceof ApiError)) return <ErrorNotice error={error} />;
  if (error.code === 'backtest.busy') return <Notice kind="warning" title={t.busy} />;
  if (error.code === 'rules.invalid') {
    const problems = error.body['problems'];
    return <Notice kind="danger" title={fill(t.mistakes, { n: Array.isArray(problems) ? problems.length : 1 })} />;
  }
  if (error.status === 422) return <Notice kind="warning" title={fill(t.tooMuch, { detail: detailOf(error) })} />;
  return <ErrorNotice error={error} />;
}

function problemOf(from: string, to: string, t: { readonly periodWrong: string; readonly periodLong: string }) {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  if (Number.isNaN(days) || days < 0) return t.periodWrong;
  return days >= MOST_DAYS ? t.periodLong : null;
}

/** The day that the clocks of the city show, as the UTC ms of the same date. */
function localDay(now: number, zone: string): number {
  return Math.floor((now + zoneOffsetMs(now, zone)) / DAY_MS) * DAY_MS;
}

function dayText(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

/** When a local day begins. */
function instant(day: number, zone: string): string {
  return new Date(momentOfLocal(day, zone)).toISOString();
}
