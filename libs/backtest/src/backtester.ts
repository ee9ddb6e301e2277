import type { CodedError, Result } from '@stadtfunk/kernel';
import type { RuleProblem, RuleSource } from '@stadtfunk/rules';
import type { DeviceFilter } from './device-filter.ts';
import type { Period } from './episode.ts';
import type { BacktestReport } from './report.ts';

export interface BacktestRequest extends Period, DeviceFilter {
  readonly rules: readonly RuleSource[];
  /** What to compare with; `active`: the rules in force; null: nothing. */
  readonly against: readonly RuleSource[] | 'active' | null;
  /** How long before `from` the rules begin to look, ms. */
  readonly warmUpMs: number;
  /** Alerts in the report. */
  readonly mostAlerts: number;
}

/**
 * Why there is no report: `rules.invalid` with every problem; `backtest.tooManyDevices`, `backtest.tooManyReadings`,
 * `backtest.tooManyAlerts`, `backtest.tooLong`; `backtest.busy` while others run; `backtest.cancelled` because nobody waits for it any more.
 */
export interface BacktestRefusal extends CodedError {
  readonly problems?: readonly RuleProblem[];
}

/** A backtest that runs. */
export interface BacktestProgress extends Period {
  /** UTC ms. */
  readonly startedAt: number;
  readonly readings: number;
  /** What part of the devices has been judged, 0 to 1. */
  readonly share: number;
}

/** Lets rules judge the stored history. Touches no alert, no job and no state of the rules in force. */
export abstract class Backtester {
  /** Faults as of the telemetry store and the registry. */
  abstract run(request: BacktestRequest, signal: AbortSignal): Promise<Result<BacktestReport, BacktestRefusal>>;
  /** Those that run in this process. */
  abstract progress(): readonly BacktestProgress[];
}
