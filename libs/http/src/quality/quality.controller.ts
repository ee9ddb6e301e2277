import { Controller, Get, Inject } from '@nestjs/common';
import {
  DataQuality,
  localDate,
  type ModelQuality,
  QUALITY_MEASURES,
  type QualityCount,
  type QualityMeasure,
} from '@stadtfunk/ingest';
import { Clock } from '@stadtfunk/kernel';
import { Needs } from '../access/needs.ts';
import { HttpSettings } from '../http-options.ts';
import { countsOf, sharesOf } from '../device-health/device-health.controller.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { isoOf, isoOrNull } from '../schemas.ts';
import { showQuality } from './quality.schema.ts';

const DAY_MS = 86_400_000;
const SHOWN_SILENT = 100;
/** A pass over all devices is not made anew for everybody who looks. */
const KEPT_MS = 5_000;

@Controller('api/v1/quality')
export class QualityController {
  #models: { readonly at: number; readonly models: Promise<readonly ModelQuality[]> } | undefined;

  constructor(
    @Inject(DataQuality) private readonly quality: DataQuality,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get()
  @Operation(showQuality)
  @Needs('quality.read', 'everywhere')
  async show(
    @Input() { query: { days, silentFor = DAY_MS } }: InputOf<typeof showQuality>,
  ): Promise<AnswerOf<typeof showQuality>> {
    const now = this.clock.now();
    const today = localDate(now, this.settings.zone);
    // Calendar days are counted in UTC, where each has 24 hours.
    const first = isoOf(Date.parse(today) - (days - 1) * DAY_MS).slice(0, 10);
    const since = now - silentFor;
    const [models, counts, letters, silent] = await Promise.all([
      this.#byModel(now),
      this.quality.days(first, today),
      this.quality.letters(),
      this.quality.silent(since, SHOWN_SILENT),
    ]);
    return {
      computedAt: isoOf(now),
      today,
      models: models.map(toModelBody),
      days: toDays(counts),
      quarantined: reasonsOf(counts, 'quarantined:'),
      rejected: reasonsOf(counts, 'rejected:'),
      letters: letters.map(({ code, state, count }) => ({ code, state, count })),
      silent: {
        since: isoOf(since),
        count: silent.count,
        devices: silent.devices.map((device) => ({ ...device, lastContactAt: isoOrNull(device.lastContactAt) })),
      },
    };
  }

  #byModel(now: number): Promise<readonly ModelQuality[]> {
    if (this.#models && now - this.#models.at < KEPT_MS && now >= this.#models.at) return this.#models.models;
    const models = this.quality.byModel();
    this.#models = { at: now, models };
    models.catch(() => (this.#models = undefined)); // Whoever asked gets it; the next one asks anew.
    return models;
  }
}

function toModelBody(quality: ModelQuality) {
  const { model, firmware, devices, heard } = quality;
  const counts = countsOf(quality);
  return { model, firmware, devices, heard, counts, shares: sharesOf(counts) };
}

function toDays(rows: readonly QualityCount[]) {
  const days = new Map<string, Record<QualityMeasure, number>>();
  for (const { day, measure, count } of rows) {
    if (!isMeasure(measure)) continue;
    const counts = days.get(day) ?? zeros();
    counts[measure] += count;
    days.set(day, counts);
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, counts]) => ({ day, counts, shares: sharesOf(counts) }));
}

function isMeasure(measure: string): measure is QualityMeasure {
  return (QUALITY_MEASURES as readonly string[]).includes(measure);
}

function zeros(): Record<QualityMeasure, number> {
  return Object.fromEntries(QUALITY_MEASURES.map((measure) => [measure, 0])) as Record<QualityMeasure, number>;
}

function reasonsOf(rows: readonly QualityCount[], prefix: string) {
  const sums = new Map<string, number>();
  for (const { measure, count } of rows) {
    if (!measure.startsWith(prefix)) continue;
    const code = measure.slice(prefix.length);
    sums.set(code, (sums.get(code) ?? 0) + count);
  }
  return [...sums]
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}
