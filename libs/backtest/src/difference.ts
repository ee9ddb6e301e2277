import { overlap, type Episode } from './episode.ts';

/** Which alerts two rule sets have in common. An alert is common if the other set has one of the same rule, about the same, at the same time. */
export interface Difference {
  readonly onlyNew: readonly Episode[];
  readonly onlyOld: readonly Episode[];
  /** What of each set is common: where one of them flaps, one alert of the other stands for several. */
  readonly both: { readonly new: readonly Episode[]; readonly old: readonly Episode[] };
}

export function differenceOf(fresh: readonly Episode[], old: readonly Episode[]): Difference {
  const inOld = matcher(old);
  const inNew = matcher(fresh);
  return {
    onlyNew: fresh.filter((episode) => !inOld(episode)),
    onlyOld: old.filter((episode) => !inNew(episode)),
    both: { new: fresh.filter(inOld), old: old.filter(inNew) },
  };
}

/** Whether some of these episodes are about the same problem at the same time. */
function matcher(episodes: readonly Episode[]): (episode: Episode) => boolean {
  const problems = new Map<string, Episode[]>();
  for (const episode of episodes) {
    const problem = problemOf(episode);
    const others = problems.get(problem);
    if (others) others.push(episode);
    else problems.set(problem, [episode]);
  }
  // In order of time and without overlaps among themselves, so that the few around a moment are found by halving.
  for (const list of problems.values()) list.sort((a, b) => a.raisedAt - b.raisedAt);
  return (episode) => {
    const list = problems.get(problemOf(episode));
    if (!list) return false;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]!.clearedAt ?? Infinity) < episode.raisedAt) low = middle + 1;
      else high = middle;
    }
    return [list[low], list[low + 1]].some((other) => other !== undefined && overlap(other, episode));
  };
}

function problemOf({ ruleId, subject }: Episode): string {
  return `${ruleId} ${subject}`;
}
