import { LatencyHistogram, type WrittenHistogram } from './latency-histogram.ts';
import type { ConnectReport, PublishReport } from './load-run.ts';

/** Milliseconds. */
export interface LatencySummary {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly mean: number;
}

/** Of all processes that shared a load. */
export interface LoadReport {
  readonly connections: Omit<ConnectReport, 'latency'> & {
    readonly perSecond: number;
    readonly latencyMs: LatencySummary;
  };
  /** null: nothing was published. */
  readonly messages:
    (Omit<PublishReport, 'latency'> & { readonly perSecond: number; readonly latencyMs: LatencySummary }) | null;
}

export function reportOf(connects: readonly ConnectReport[], publishes: readonly PublishReport[]): LoadReport {
  const connected = sum(connects.map((part) => part.connected));
  const connectSeconds = Math.max(...connects.map(({ seconds }) => seconds));
  const seconds = Math.max(0, ...publishes.map((part) => part.seconds));
  const acknowledged = sum(publishes.map((part) => part.acknowledged));
  return {
    connections: {
      asked: sum(connects.map(({ asked }) => asked)),
      connected,
      failed: joined(connects.map(({ failed }) => failed)),
      seconds: rounded(connectSeconds),
      perSecond: Math.round(connected / Math.max(connectSeconds, 0.001)),
      latencyMs: summaryOf(connects.map(({ latency }) => latency)),
    },
    messages:
      publishes.length === 0
        ? null
        : {
            planned: sum(publishes.map(({ planned }) => planned)),
            sent: sum(publishes.map(({ sent }) => sent)),
            acknowledged,
            unacknowledged: sum(publishes.map(({ unacknowledged }) => unacknowledged)),
            notSent: sum(publishes.map(({ notSent }) => notSent)),
            lost: joined(publishes.map(({ lost }) => lost)),
            seconds: rounded(seconds),
            perSecond: Math.round(acknowledged / Math.max(seconds, 0.001)),
            latencyMs: summaryOf(publishes.map(({ latency }) => latency)),
          },
  };
}

function summaryOf(parts: readonly WrittenHistogram[]): LatencySummary {
  const all = new LatencyHistogram();
  for (const part of parts) all.merge(part);
  const ms = (us: number) => rounded(us / 1_000);
  return {
    p50: ms(all.quantileUs(0.5)),
    p90: ms(all.quantileUs(0.9)),
    p99: ms(all.quantileUs(0.99)),
    p999: ms(all.quantileUs(0.999)),
    max: ms(all.maxUs),
    mean: ms(all.meanUs),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function joined(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const part of parts)
    for (const [reason, count] of Object.entries(part)) all[reason] = (all[reason] ?? 0) + count;
  return all;
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
