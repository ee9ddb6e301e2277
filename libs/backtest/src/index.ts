export { Backtester, type BacktestProgress, type BacktestRefusal, type BacktestRequest } from './backtester.ts';
export { CityBook } from './city-book.ts';
export { CityPlaces } from './city-places.ts';
export { Decisions } from './decisions.ts';
export { type DeviceFilter, isPart } from './device-filter.ts';
export { DeviceSubjects, type Subjects } from './device-subjects.ts';
export { differenceOf, type Difference } from './difference.ts';
export { type Episode, type EpisodeJob, type Period } from './episode.ts';
export { type HeardUplink, type UplinkSource } from './heard-uplink.ts';
export { readHistory, type HistoryOptions } from './history.ts';
export {
  BACKTEST_LIMITS,
  HistoryBacktester,
  type BacktestLimits,
  type HistoryBacktesterOptions,
} from './history-backtester.ts';
export { Lane } from './lane.ts';
export { type BacktestReport, type DayReport, type ReportedAlert, type RuleReport, type RuleTally } from './report.ts';
export { RecordedCity } from './recorded-city.ts';
export { recordingLines } from './recording-lines.ts';
export { documentOf, type BacktestDocument } from './report-document.ts';
export { runBacktest, type BacktestOptions } from './run-backtest.ts';
