import { localTime } from '@stadtfunk/kernel';
import type { Job, JobEvent } from '../job.ts';
import { ACKNOWLEDGING_ACTIONS, REPEAT_WITHIN_MS, type KeyFigureQuery, type KeyFigures } from '../key-figures.ts';

export interface JobStory {
  readonly job: Job;
  readonly history: readonly JobEvent[];
  /** When its alerts were acknowledged. */
  readonly acknowledgedAt: readonly number[];
  readonly district: string | null;
}

/** Key figures one job after the other, slowly and plainly: what the databases are compared with. */
export function plainKeyFigures(all: readonly JobStory[], { from, to, by, zone, now }: KeyFigureQuery): KeyFigures[] {
  const groups = new Map<string, JobStory[]>();
  for (const story of all) {
    const { job, district } = story;
    if (job.createdAt < from || job.createdAt >= to) continue;
    const month = new Date(localTime(job.createdAt, zone)).toISOString().slice(0, 7);
    const key = JSON.stringify([month, by === 'department' ? job.department : district]);
    groups.set(key, [...(groups.get(key) ?? []), story]);
  }
  const figures = [...groups].map(([key, stories]): KeyFigures => {
    const [month, group] = JSON.parse(key) as [string, string | null];
    const decided = stories.filter(({ job }) => {
      return job.state !== 'cancelled' && job.dueAt !== null && (isRepaired(job) || job.dueAt < now);
    });
    const kept = decided.filter(({ job }) => isRepaired(job) && job.closedAt! <= job.dueAt!);
    const repeated = stories.filter((story) => isRepeated(story, all));
    return {
      ...{ group, month, jobs: stories.length, repeated: repeated.length },
      cancelled: stories.filter(({ job }) => job.state === 'cancelled').length,
      acknowledge: spread(stories.flatMap(acknowledgedAfter)),
      repair: spread(stories.flatMap(({ job }) => (isRepaired(job) ? [job.closedAt! - job.createdAt] : []))),
      ...{ due: decided.length, keptInTime: kept.length },
    };
  });
  const name = ({ group }: KeyFigures) => (group === null ? '1' : `0${group}`);
  return figures.sort((a, b) => (`${a.month} ${name(a)}` < `${b.month} ${name(b)}` ? -1 : 1));
}

const isRepaired = ({ state, closedAt }: Job) => (state === 'done' || state === 'verified') && closedAt !== null;

function acknowledgedAfter({ job, history, acknowledgedAt }: JobStory): number[] {
  const acts = history.filter(
    ({ action, actor }) =>
      (ACKNOWLEDGING_ACTIONS as readonly string[]).includes(action) && !/^(rule|sensor|schedule):/.test(actor),
  );
  const times = [...acts.map(({ at }) => at), ...acknowledgedAt];
  return times.length === 0 ? [] : [Math.max(0, Math.min(...times) - job.createdAt)];
}

function isRepeated({ job, history }: JobStory, all: readonly JobStory[]): boolean {
  if (history.some(({ action, from }) => action === 'relapse' && (from === 'done' || from === 'verified'))) return true;
  return all.some(({ job: earlier }) => {
    if (job.assetId === null || earlier.assetId !== job.assetId || earlier.kind !== job.kind) return false;
    if (earlier.jobId === job.jobId || !isRepaired(earlier)) return false;
    return earlier.closedAt! <= job.createdAt && job.createdAt - earlier.closedAt! <= REPEAT_WITHIN_MS;
  });
}

function spread(durations: readonly number[]) {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (share: number) => {
    if (sorted.length === 0) return null;
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return Math.round(below + (above - below) * (place - Math.floor(place)));
  };
  return { count: sorted.length, medianMs: at(0.5), p90Ms: at(0.9) };
}
