import { Fault } from '@stadtfunk/kernel';
import { describe, expect, test } from 'vitest';
import { UplinkIntake, type UplinkIntakeOptions } from './commit-queue.ts';
import { MemoryUplinkLog } from './memory-uplink-log.ts';
import type { Schedule } from './schedule.ts';
import { readAll, realTime, textOf, uplinkOf } from './testing.ts';
import type { Uplink } from './uplink.ts';

/** A log whose appends end when the test says so. */
class HeldLog extends MemoryUplinkLog {
  readonly appends: { readonly uplinks: readonly Uplink[]; end(fault?: Fault): void }[] = [];

  override append(uplinks: readonly Uplink[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (fault?: Fault) => (fault === undefined ? resolve(super.append(uplinks)) : reject(fault));
      this.appends.push({ uplinks, end });
    });
  }
}

/** Deadlines that pass when the test says so. */
class Deadlines {
  readonly #armed = new Map<() => void, number>();
  readonly schedule: Schedule = (callback, ms) => {
    this.#armed.set(callback, ms);
    return () => void this.#armed.delete(callback);
  };
  get armed(): number {
    return this.#armed.size;
  }
  /** Those of so many milliseconds, or all. */
  pass(ms?: number): void {
    for (const [callback, armedMs] of [...this.#armed]) {
      if (ms !== undefined && ms !== armedMs) continue;
      this.#armed.delete(callback);
      callback();
    }
  }
}

/** Lets everything happen that waits for nothing but its turn. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function start(options: Partial<UplinkIntakeOptions> = {}) {
  const deadlines = new Deadlines();
  const log = new HeldLog({ schedule: realTime });
  const intake = new UplinkIntake(log, {
    maxPending: 100,
    maxBatch: 10,
    appendTimeoutMs: 1_000,
    paceMs: 0,
    schedule: deadlines.schedule,
    ...options,
  });
  const answers: string[] = [];
  const offer = (name: string) =>
    intake.offer(uplinkOf('bin-1', name), (fault) => answers.push(fault ? `${name} ${fault.code}` : name));
  return { deadlines, log, intake, answers, offer };
}

const batches = (log: HeldLog) => log.appends.map(({ uplinks }) => uplinks.map(textOf).join(''));

describe('the intake', () => {
  test('puts everything of one tick into one append, and answers after it', async () => {
    const { log, answers, offer } = start();
    for (const name of 'abc') offer(name);
    expect(log.appends).toHaveLength(0);
    await settle();
    expect(batches(log)).toEqual(['abc']);
    expect(answers).toEqual([]);
    log.appends[0]?.end();
    await settle();
    expect(answers).toEqual(['a', 'b', 'c']);
  });

  test('has one append in flight and collects the rest up to the batch bound', async () => {
    const { log, answers, offer } = start();
    offer('a');
    await settle();
    for (const name of 'bcdefghijklmn') offer(name);
    await settle();
    expect(batches(log)).toEqual(['a']);
    log.appends[0]?.end();
    await settle();
    expect(batches(log)).toEqual(['a', 'bcdefghijk']);
    log.appends[1]?.end();
    await settle();
    expect(batches(log)).toEqual(['a', 'bcdefghijk', 'lmn']);
    log.appends[2]?.end();
    await settle();
    expect(answers.join('')).toBe('abcdefghijklmn');
  });

  test('lets what comes densely gather until the pace is over', async () => {
    const { deadlines, log, answers, offer, intake } = start({ paceMs: 5 });
    for (const name of 'ab') offer(name);
    await settle();
    offer('c');
    log.appends[0]?.end();
    await settle();
    offer('d');
    await settle();
    expect([answers.join(''), batches(log)]).toEqual(['ab', ['ab']]);
    deadlines.pass(5);
    await settle();
    expect(batches(log)).toEqual(['ab', 'cd']);
    log.appends[1]?.end();
    await intake.drain();
    await settle();
    // Also when nothing waited in between.
    offer('e');
    await settle();
    expect(batches(log)).toEqual(['ab', 'cd']);
    deadlines.pass(5);
    await settle();
    expect(batches(log)).toEqual(['ab', 'cd', 'e']);
  });

  test('does not wait longer than an append that took longer than the pace', async () => {
    const { deadlines, log, offer } = start({ paceMs: 5 });
    for (const name of 'ab') offer(name);
    await settle();
    offer('c');
    deadlines.pass(5);
    await settle();
    expect(batches(log)).toEqual(['ab']);
    log.appends[0]?.end();
    await settle();
    expect(batches(log)).toEqual(['ab', 'c']);
  });

  test('does not let uplinks that come one at a time wait', async () => {
    const { log, answers, offer } = start({ paceMs: 5 });
    for (const name of 'abc') {
      offer(name);
      await settle();
      log.appends.at(-1)?.end();
      await settle();
    }
    expect([answers.join(''), batches(log)]).toEqual(['abc', ['a', 'b', 'c']]);
  });

  test('gives the fault of a failed append to its batch only', async () => {
    const { log, answers, offer, intake } = start({ maxBatch: 2 });
    for (const name of 'abc') offer(name);
    await settle();
    log.appends[0]?.end(new Fault('log.full', 'no space', true));
    await settle();
    log.appends[1]?.end();
    await settle();
    expect(answers).toEqual(['a log.full', 'b log.full', 'c']);
    expect(intake.pending).toBe(0);
  });

  test('turns whatever a log throws into a fault', async () => {
    const { log, answers, offer } = start();
    log.append = () => {
      throw new TypeError('defect');
    };
    offer('a');
    await settle();
    expect(answers).toEqual(['a log.io']);
  });

  test('refuses above its bound at once, never inside of the offer', async () => {
    const { log, answers, offer, intake } = start({ maxPending: 2 });
    for (const name of 'abcd') offer(name);
    expect(answers).toEqual([]);
    expect(intake.pending).toBe(2);
    await settle();
    expect(answers).toEqual(['c intake.overloaded', 'd intake.overloaded']);
    log.appends[0]?.end();
    await settle();
    expect(answers.slice(2)).toEqual(['a', 'b']);
    offer('e');
    await settle();
    expect(batches(log)).toEqual(['ab', 'e']);
  });

  test('refuses above its bound of payload bytes', async () => {
    const { log, answers, offer } = start({ maxPendingBytes: 3 });
    for (const name of ['aa', 'b', 'c']) offer(name);
    await settle();
    expect(answers).toEqual(['c intake.overloaded']);
    log.appends[0]?.end();
    await settle();
    offer('ddd');
    await settle();
    expect(batches(log)).toEqual(['aab', 'ddd']);
  });

  test('gives up an append at its deadline and ignores its late result', async () => {
    const { deadlines, log, answers, offer } = start();
    for (const name of 'ab') offer(name);
    await settle();
    deadlines.pass();
    await settle();
    expect(answers).toEqual(['a log.timeout', 'b log.timeout']);
    log.appends[0]?.end();
    await settle();
    expect(answers).toHaveLength(2);
  });

  test('does not begin an append while a late one is still going on', async () => {
    const { deadlines, log, answers, offer } = start();
    offer('a');
    await settle();
    deadlines.pass();
    await settle();
    offer('b');
    await settle();
    expect(batches(log)).toEqual(['a']);
    deadlines.pass();
    await settle();
    expect(answers).toEqual(['a log.timeout', 'b log.timeout']);
    offer('c');
    await settle();
    log.appends[0]?.end();
    await settle();
    expect(batches(log)).toEqual(['a', 'c']);
    log.appends[1]?.end();
    await settle();
    expect(answers[2]).toBe('c');
    expect(deadlines.armed).toBe(0);
  });

  test('answers the others when one answer throws', async () => {
    const defects: unknown[] = [];
    const { log, answers, offer, intake } = start({ onDefect: (thrown) => defects.push(thrown) });
    offer('a');
    intake.offer(uplinkOf('bin-1', 'b'), () => {
      throw new Error('defect');
    });
    offer('c');
    await settle();
    log.appends[0]?.end();
    await settle();
    expect(answers).toEqual(['a', 'c']);
    expect(defects).toHaveLength(1);
  });

  test('takes what is offered from within an answer', async () => {
    const { log, answers, offer, intake } = start();
    intake.offer(uplinkOf('bin-1', 'a'), () => offer('b'));
    await settle();
    log.appends[0]?.end();
    await settle();
    log.appends[1]?.end();
    await settle();
    expect(answers).toEqual(['b']);
  });

  test('is drained when everything offered before is answered, whatever comes later', async () => {
    const { log, answers, offer, intake } = start({ maxBatch: 2 });
    await intake.drain();
    for (const name of 'abc') offer(name);
    let drained = false;
    const drain = intake.drain().then(() => (drained = true));
    offer('d');
    offer('e');
    await settle();
    log.appends[0]?.end();
    await settle();
    expect(drained).toBe(false);
    log.appends[1]?.end();
    await drain;
    expect(answers).toEqual(['a', 'b', 'c', 'd']);
    expect(intake.pending).toBe(1);
  });

  test('keeps the order of the offers in the log', async () => {
    const log = new MemoryUplinkLog({ schedule: realTime });
    const options = { maxPending: 10_000, maxBatch: 7, appendTimeoutMs: 1_000, schedule: realTime };
    const intake = new UplinkIntake(log, options);
    const names = Array.from({ length: 500 }, (_, index) => String(index));
    const answers: string[] = [];
    for (const [index, name] of names.entries()) {
      intake.offer(uplinkOf('bin-1', name), () => answers.push(name));
      if (index % 13 === 0) await settle();
    }
    await intake.drain();
    expect(answers).toEqual(names);
    expect((await readAll(log.openCursor([0, 0, 0, 0]), 500)).map(textOf)).toEqual(names);
  });
});
