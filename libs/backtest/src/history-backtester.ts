import type { Asset, BoundDevice, DeviceRegistry, RegisteredDevice } from '@stadtfunk/devices';
import { fail, type Clock, type CodedError, type Result } from '@stadtfunk/kernel';
import type { TelemetryStore } from '@stadtfunk/readings';
import { compileRules, type CalendarOptions, type RuleSet, type RuleSource } from '@stadtfunk/rules';
import { Backtester, type BacktestProgress, type BacktestRefusal, type BacktestRequest } from './backtester.ts';
import { isPart, type DeviceFilter } from './device-filter.ts';
import { CityPlaces } from './city-places.ts';
import { DeviceSubjects } from './device-subjects.ts';
import type { HeardUplink, UplinkSource } from './heard-uplink.ts';
import { readHistory, sharingAssets } from './history.ts';
import type { BacktestReport } from './report.ts';
import { runBacktest } from './run-backtest.ts';

/** What one backtest may take from a process that has other things to do. */
export interface BacktestLimits {
  readonly devices: number;
  readonly readings: number;
  /** Of both rule sets. Each takes some kilobytes until the report is there. */
  readonly alerts: number;
  readonly durationMs: number;
  /** Backtests at the same time; each has the readings of some devices in memory. */
  readonly atOnce: number;
}

export const BACKTEST_LIMITS: BacktestLimits = {
  devices: 20_000,
  readings: 20_000_000,
  alerts: 200_000,
  durationMs: 120_000,
  atOnce: 1,
};

/** Readings in one answer: it is read in one go, and keeps other questions to the embedded database waiting. */
const PAGE_SIZE = 250;
const DEVICES_AT_ONCE = 2;
const DEVICES_IN_PAGE = 1_000;
/** Some 2 ms of evaluation by two rule sets with windows and forecasts. */
const SLICE_SIZE = 25;

export interface HistoryBacktesterOptions {
  readonly registry: Pick<DeviceRegistry, 'changesSince' | 'findAsset' | 'listDevices'>;
  readonly telemetry: TelemetryStore;
  /** The files of the rules in force, now. */
  readonly active: () => readonly RuleSource[];
  readonly calendar: CalendarOptions;
  readonly clock: Clock;
  readonly takeTurns: () => Promise<void>;
  readonly limits?: Partial<BacktestLimits>;
}

/** Backtests over what the telemetry store has. */
export class HistoryBacktester extends Backtester {
  readonly #options: HistoryBacktesterOptions;
  readonly #limits: BacktestLimits;
  readonly #running = new Set<Run>();

  constructor(options: HistoryBacktesterOptions) {
    super();
    this.#options = options;
    this.#limits = { ...BACKTEST_LIMITS, ...options.limits };
  }

  override async run(request: BacktestRequest, signal: AbortSignal): Promise<Result<BacktestReport, BacktestRefusal>> {
    const rules = this.#compile(request.rules);
    if (!rules.ok) return rules;
    const against = this.#against(request);
    if (against && !against.ok) return against;
    if (this.#running.size >= this.#limits.atOnce)
      return fail('backtest.busy', 'another backtest runs; try again later');
    const { from, to } = request;
    const run: Run = { from, to, startedAt: this.#options.clock.now(), readings: 0, share: 0 };
    this.#running.add(run);
    try {
      return await this.#run(request, signal, rules.value, against?.value ?? null, run);
    } finally {
      this.#running.delete(run);
    }
  }

  override progress(): readonly BacktestProgress[] {
    return [...this.#running].map((run) => ({ ...run }));
  }

  async #run(
    request: BacktestRequest,
    signal: AbortSignal,
    rules: RuleSet,
    against: RuleSet | null,
    run: Run,
  ): Promise<Result<BacktestReport, BacktestRefusal>> {
    const { registry, telemetry, clock, takeTurns } = this.#options;
    const { from, to, mostAlerts, warmUpMs, ...filter } = request;
    const { devices: mostDevices, readings: mostReadings, alerts: mostAlertsHeld, durationMs } = this.#limits;
    const { startedAt } = run;
    const mayGoOn = (readings: number, alerts: number): CodedError | null => {
      run.readings = readings;
      if (signal.aborted) return { code: 'backtest.cancelled', detail: 'nobody waits for it any more' };
      if (readings > mostReadings) {
        const detail = `there are more than ${mostReadings} readings; ask for a shorter time or for fewer devices`;
        return { code: 'backtest.tooManyReadings', detail };
      }
      if (alerts > mostAlertsHeld) {
        const detail = `the rules raise more than ${mostAlertsHeld} alerts; ask for a shorter time or for fewer devices, or mend a rule that fires all the time`;
        return { code: 'backtest.tooManyAlerts', detail };
      }
      if (clock.now() - startedAt <= durationMs) return null;
      const detail = `it takes longer than ${durationMs / 1000} s; ask for a shorter time or for fewer devices`;
      return { code: 'backtest.tooLong', detail };
    };
    const everything = (await registry.changesSince(0)).devices;
    const devices = everything.filter((bound) => wasPart(filter, bound, from - warmUpMs));
    if (devices.length > mostDevices) {
      const detail = `it is about ${devices.length} devices, and one may be about ${mostDevices}; ask for fewer`;
      return fail('backtest.tooManyDevices', detail);
    }
    const begin = from - warmUpMs;
    const registered = await this.#registered(new Set(devices.map(({ device }) => device.deviceId)));
    const subjects = new DeviceSubjects(everything, {
      formerAssets: await this.#formerAssets(devices),
      // Of others that were not heard since nobody knows what was heard before.
      isNew: (deviceId) => {
        const known = registered.get(deviceId);
        return known !== undefined && (known.createdAt >= begin || known.lastContactAt === null);
      },
    });
    const lastContacts = new Map<string, number>();
    for (const [id, { lastContactAt }] of registered) if (lastContactAt !== null) lastContacts.set(id, lastContactAt);
    const history = { from: begin, to, pageSize: PAGE_SIZE, devicesAtOnce: DEVICES_AT_ONCE, lastContacts };
    return runBacktest({
      from,
      to,
      rules,
      against,
      uplinks: counted(readHistory({ ...history, telemetry, devices }), sharingAssets(devices).length, run),
      subjects,
      expected: registered.keys(),
      // Of the whole city, whatever part of it is asked for.
      places: new CityPlaces(everything),
      concerns: (subject) => isPart(filter, subject),
      mostAlerts,
      sliceSize: SLICE_SIZE,
      takeTurns,
      mayGoOn,
    });
  }

  /** What the registry knows of these devices beside the directory. */
  async #registered(deviceIds: ReadonlySet<string>): Promise<ReadonlyMap<string, RegisteredDevice>> {
    const found = new Map<string, RegisteredDevice>();
    for (let after: string | null = '', page; after !== null; after = page.next) {
      page = await this.#options.registry.listDevices({ limit: DEVICES_IN_PAGE, ...(after !== '' && { after }) });
      for (const device of page.items) if (deviceIds.has(device.deviceId)) found.set(device.deviceId, device);
    }
    return found;
  }

  /** Assets on which these devices sat and that no device sits on now. */
  async #formerAssets(devices: readonly BoundDevice[]): Promise<readonly Asset[]> {
    const known = new Set(devices.map(({ asset }) => asset?.assetId));
    const former = new Set(devices.flatMap(({ former: list = [] }) => list.map(({ assetId }) => assetId)));
    const assets: Asset[] = [];
    for (const assetId of former) {
      const asset = known.has(assetId) ? undefined : await this.#options.registry.findAsset(assetId);
      if (asset) assets.push(asset);
    }
    return assets;
  }

  #compile(sources: readonly RuleSource[]): Result<RuleSet, BacktestRefusal> {
    const compiled = compileRules(sources, this.#options.calendar);
    if (compiled.ok) return compiled;
    const detail = `the rules have ${compiled.error.length} problems`;
    return { ok: false, error: { code: 'rules.invalid', detail, problems: compiled.error } };
  }

  #against({ against }: BacktestRequest): Result<RuleSet, BacktestRefusal> | null {
    if (against === null) return null;
    return this.#compile(against === 'active' ? this.#options.active() : against);
  }
}

interface Run extends BacktestProgress {
  readings: number;
  share: number;
}

/** Notes what part has been judged: history comes device by device, with those that share an asset together. */
async function* counted(uplinks: UplinkSource, of: number, run: Run): AsyncGenerator<readonly HeardUplink[]> {
  let count = 0;
  for await (const batch of uplinks) {
    yield batch;
    run.share = ++count / of;
  }
}

/** Whether a device may belong to the filter at some time since: former assets are only known by their ids. */
function wasPart(filter: DeviceFilter, bound: BoundDevice, since: number): boolean {
  if (isPart(filter, bound)) return true;
  const former = (bound.former ?? []).filter(({ until }) => until >= since);
  return former.some(({ assetId }) => filter.assetId === undefined || filter.assetId === assetId);
}
