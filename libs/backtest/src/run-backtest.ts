import { ok, type CodedError, type Result } from '@stadtfunk/kernel';
import { RuleSet, type GroupPlaces, type RuleSubject } from '@stadtfunk/rules';
import { CityBook } from './city-book.ts';
import { CityPlaces } from './city-places.ts';
import { Decisions } from './decisions.ts';
import type { Subjects } from './device-subjects.ts';
import type { Episode, Period } from './episode.ts';
import type { HeardUplink, UplinkSource } from './heard-uplink.ts';
import { Lane } from './lane.ts';
import { reportOf, type BacktestReport } from './report.ts';

export interface BacktestOptions extends Period {
  /** Compiled for this run: how often their conditions fail is counted in them. */
  readonly rules: RuleSet;
  /** What to compare with, compiled for this run as well; null: nothing. */
  readonly against: RuleSet | null;
  readonly uplinks: UplinkSource;
  readonly subjects: Subjects;
  /** Devices that are there and may never be heard. Absent: those that are heard. */
  readonly expected?: Iterable<string>;
  /** Who could be a member of a group. Absent: the devices that are judged. */
  readonly places?: GroupPlaces;
  /** Whose uplinks count. */
  readonly concerns?: (subject: RuleSubject) => boolean;
  /** Alerts in the report. */
  readonly mostAlerts: number;
  /** Uplinks evaluated in one go, before whatever else the process does gets a turn. */
  readonly sliceSize: number;
  readonly takeTurns: () => Promise<void>;
  /** Asked before every batch and after every slice, with how many readings and alerts there were so far: why it has to end, or null. */
  readonly mayGoOn: (readings: number, alerts: number) => CodedError | null;
}

/**
 * Lets rules judge what was heard, with the evaluator that runs live and in event time, and tells what they would have done in
 * [from, to). What was heard before `from` is judged too, so that the rules know what they would have known by then; what
 * was heard from `to` on is not.
 */
export async function runBacktest(options: BacktestOptions): Promise<Result<BacktestReport>> {
  const {
    rules,
    against,
    uplinks,
    subjects,
    expected = [],
    places,
    concerns,
    sliceSize,
    takeTurns,
    mayGoOn: ask,
    ...rest
  } = options;
  const { from, to, mostAlerts } = rest;
  const ofFresh = new Decisions();
  const ofOld = new Decisions();
  // Explanations are for those who look at one alert. Thousands of alerts would fill the memory with them.
  const fresh = new Lane(rules.unexplained, ofFresh.note);
  // Only the same rules are compared: a file with one rule is no wish to remove all the others.
  const compared = against?.rules.filter(({ id }) => rules.find(id));
  const old =
    compared && compared.length > 0 ? new Lane(new RuleSet(compared, against!.calendar, false), ofOld.note) : null;
  const mayGoOn = (readings: number) => ask(readings, ofFresh.alerts + ofOld.alerts);
  const wasAt = (deviceId: string, time: number) => {
    const subject = subjects.at(deviceId, time);
    return subject && concerns?.(subject) !== false ? subject : undefined;
  };
  let uplinkCount = 0;
  let readingCount = 0;
  let inSlice = 0;
  /** Hears a batch from a place on, until its end or that of the slice, and gives where that was. */
  const hear = (batch: readonly HeardUplink[], from: number): number => {
    let place = from;
    for (; place < batch.length && inSlice < sliceSize; place++) {
      const uplink = batch[place]!;
      if (uplink.receivedAt >= to) continue;
      const subject = subjects.at(uplink.deviceId, uplink.receivedAt);
      if (!subject || (concerns && !concerns(subject))) continue;
      fresh.hear(uplink, subject, wasAt);
      old?.hear(uplink, subject, wasAt);
      uplinkCount++;
      readingCount += uplink.readings.length;
      inSlice++;
    }
    return place;
  };
  const turns: Turns = {
    areDue: () => ++inSlice >= sliceSize,
    async take() {
      inSlice = 0;
      const stop = mayGoOn(readingCount);
      if (stop === null) await takeTurns();
      return stop;
    },
  };
  for await (const batch of uplinks) {
    const stop = mayGoOn(readingCount);
    if (stop) return { ok: false, error: stop };
    for (let place = hear(batch, 0); inSlice >= sliceSize; place = hear(batch, place)) {
      const stop = await turns.take();
      if (stop) return { ok: false, error: stop };
    }
  }
  const heardCount = [...fresh.devices].length;
  for (const deviceId of expected) {
    const subject = subjects.at(deviceId, to - 1);
    if (!subject || (concerns && !concerns(subject))) continue;
    fresh.expect(deviceId, subject);
    old?.expect(deviceId, subject);
  }
  for (const deviceId of fresh.devices) {
    // Silence up to the end is no less silence than any other.
    const left = subjects.outOfService?.(deviceId, to);
    fresh.end(deviceId, to, left, wasAt);
    old?.end(deviceId, to, left, wasAt);
    const stop = turns.areDue() ? await turns.take() : null;
    if (stop) return { ok: false, error: stop };
  }
  const known = places ?? new CityPlaces(fresh.subjects);
  const ofNew = await episodesOf(ofFresh, new CityBook(known), to, turns);
  if (!ofNew.ok) return ofNew;
  const ofBefore = await episodesOf(ofOld, new CityBook(known), to, turns);
  if (!ofBefore.ok) return ofBefore;
  return ok(
    reportOf({
      from,
      to,
      counts: { devices: heardCount, uplinks: uplinkCount, readings: readingCount },
      fresh: { rules: fresh.rules, episodes: ofNew.value },
      old: against && { rules: against, episodes: ofBefore.value },
      zone: rules.calendar.options.zone,
      mostAlerts,
    }),
  );
}

/** Of whatever else the process does. */
interface Turns {
  /** Asked after each piece of work: whether it is their turn. */
  areDue(): boolean;
  /** Gives why the work has to end, or null. */
  take(): Promise<CodedError | null>;
}

/** A function of its own: the engine compiles those of which it knows all parts, and what it compiles for one run is good for the next. */
async function episodesOf(
  decisions: Decisions,
  book: CityBook,
  to: number,
  turns: Turns,
): Promise<Result<readonly Episode[]>> {
  for (const { at, changes } of decisions.inOrder()) {
    await book.note(at, changes);
    const stop = turns.areDue() ? await turns.take() : null;
    if (stop) return { ok: false, error: stop };
  }
  await book.end(to);
  return ok(book.episodes);
}
