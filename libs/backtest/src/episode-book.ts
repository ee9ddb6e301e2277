import { RELAPSE_WITHIN_MS, type AlertChange, type JobDraft } from '@stadtfunk/maintenance';
import type { OpenAlert } from '@stadtfunk/rules';
import type { Episode, EpisodeJob } from './episode.ts';

type Raise = Extract<AlertChange, { type: 'raise' }>;
type MutableEpisode = { -readonly [Key in keyof Episode]: Episode[Key] };

/** The alerts and jobs that decisions come to, each by itself: without groups, and without jobs that join others. */
export class EpisodeBook {
  readonly #episodes = new Map<string, MutableEpisode>();
  /** The last episode of each problem: of a subject and a rule. */
  readonly #last = new Map<string, MutableEpisode>();
  readonly #openByAsset = new Map<string, Set<MutableEpisode>>();

  /** In the order in which they were decided. */
  get episodes(): readonly Episode[] {
    return [...this.#episodes.values()];
  }

  note(changes: readonly AlertChange[]): void {
    for (const change of changes) {
      if (change.type === 'raise') this.#raise(change);
      else if (change.type === 'clear') this.#clear(change);
      else this.#worsen(change);
    }
  }

  /** The alerts that are open about an asset, for a device that takes over from another. */
  openAlerts(assetId: string): readonly OpenAlert[] {
    return [...(this.#openByAsset.get(assetId) ?? [])]
      .sort((a, b) => a.raisedAt - b.raisedAt || (a.alertId < b.alertId ? -1 : 1))
      .map(({ alertId, ruleId, raisedAt }) => ({ alertId, ruleId, raisedAt }));
  }

  #raise(raise: Raise): void {
    const problem = `${raise.ruleId} ${raise.subject}`;
    const before = this.#last.get(problem);
    // At most one open alert per problem, whoever asks for a second one.
    if (before?.clearedAt === null || this.#episodes.has(raise.alertId)) return;
    const episode: MutableEpisode = {
      alertId: raise.alertId,
      ruleId: raise.ruleId,
      ruleVersion: raise.ruleVersion,
      severity: raise.severity,
      title: raise.title,
      subject: raise.subject,
      assetId: raise.assetId,
      deviceId: raise.deviceId,
      raisedAt: raise.raisedAt,
      clearedAt: null,
      clearReason: null,
      groupAlertId: null,
      members: null,
      job: raise.job && jobOf(raise.job, raise, before),
    };
    this.#episodes.set(episode.alertId, episode);
    this.#last.set(problem, episode);
    if (episode.subject.startsWith('asset:')) this.#opened(episode).add(episode);
  }

  #worsen({ alertId, severity }: Extract<AlertChange, { type: 'worsen' }>): void {
    const episode = this.#episodes.get(alertId);
    if (episode?.clearedAt === null) episode.severity = severity;
  }

  #clear({ alertId, clearedAt, reason }: Extract<AlertChange, { type: 'clear' }>): void {
    const episode = this.#episodes.get(alertId);
    if (episode?.clearedAt !== null) return;
    episode.clearedAt = clearedAt;
    episode.clearReason = reason;
    if (episode.subject.startsWith('asset:')) this.#opened(episode).delete(episode);
  }

  #opened({ subject }: Episode): Set<MutableEpisode> {
    const assetId = subject.slice('asset:'.length);
    let opened = this.#openByAsset.get(assetId);
    if (!opened) this.#openByAsset.set(assetId, (opened = new Set()));
    return opened;
  }
}

/** A problem that is soon back has its job again. Nobody has worked on jobs here: a sensor has confirmed them, or they are withdrawn. */
function jobOf(draft: JobDraft, { raisedAt }: Pick<Raise, 'raisedAt'>, before: Episode | undefined): EpisodeJob {
  const { jobId, kind, department } = draft;
  const isBack =
    before?.job &&
    before.clearReason === 'measured' &&
    raisedAt - before.clearedAt! <= (draft.reopenWithinMs ?? RELAPSE_WITHIN_MS);
  return isBack ? { ...before.job, isReopened: true } : { jobId, kind, department, isReopened: false, isJoined: false };
}
