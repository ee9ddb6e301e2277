import type { AlertChange } from '@stadtfunk/maintenance';
import { describe, expect, it } from 'vitest';
import { RuleBench, rulesOf, subjectOf } from './testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.UTC(2026, 9, 20, 22);

function benchOf(rule: string, subject = subjectOf('Streetlight', { attributes: { powerRating: 60 } })) {
  const head = `version: "1"\nrules:\n  - { id: a.b, severity: minor, title: { de: A, en: A }, `;
  return new RuleBench(rulesOf(`${head}${rule} }`), subject);
}

function raisedOf(changes: readonly AlertChange[]) {
  const raise = changes.find((change) => change.type === 'raise');
  return raise?.explanation;
}

function clearedOf(changes: readonly AlertChange[]) {
  return changes.find((change) => change.type === 'clear')?.explanation;
}

describe('an explanation', () => {
  it('tells every part of the condition with its values, its threshold and its answer', () => {
    const when =
      'sunAltitude < -6 && (!has(reading.illuminanceLevel) || 0.2 <= reading.illuminanceLevel) && activePower < 0.1 * asset.powerRating';
    const bench = benchOf(`subject: asset, when: "${when}"`);

    const explanation = raisedOf(bench.hear(T0, { activePower: 3, illuminanceLevel: 0.8, rssi: -90 }))!;

    const [condition] = explanation.raised.conditions;
    expect(condition).toMatchObject({ holds: true });
    const terms = new Map(condition!.terms.map((term) => [term.text, term]));
    expect([...terms.keys()]).toEqual([
      'sunAltitude < -6',
      '!has(reading.illuminanceLevel)',
      '0.2 <= reading.illuminanceLevel',
      'activePower < 0.1 * asset.powerRating',
    ]);
    expect(terms.get('sunAltitude < -6')).toMatchObject({ answer: true, threshold: { operator: '<', limit: -6 } });
    expect(terms.get('!has(reading.illuminanceLevel)')).toEqual({
      text: '!has(reading.illuminanceLevel)',
      answer: false,
      values: {},
      threshold: null,
    });
    expect(terms.get('0.2 <= reading.illuminanceLevel')).toEqual({
      text: '0.2 <= reading.illuminanceLevel',
      answer: true,
      values: { illuminanceLevel: 0.8 },
      threshold: { value: 0.8, operator: '>=', limit: 0.2 },
    });
    expect(terms.get('activePower < 0.1 * asset.powerRating')).toEqual({
      text: 'activePower < 0.1 * asset.powerRating',
      answer: true,
      values: { activePower: 3, 'asset.powerRating': 60 },
      threshold: { value: 3, operator: '<', limit: 6 },
    });
    expect(explanation.raised.readings).toEqual([
      { observedAt: T0, receivedAt: T0 + 2_000, values: { activePower: 3, illuminanceLevel: 0.8 } },
    ]);
  });

  it('tells which alternative holds, also when it was another reading that showed it', () => {
    const bench = benchOf('subject: asset, when: "temperature >= 70 || temperatureAlarm", for: PT10M');
    bench.hear(T0, { temperatureAlarm: true });

    const explanation = raisedOf(bench.hear(T0 + 10 * MINUTE, { temperature: 20 }))!;

    expect(explanation.raised).toMatchObject({
      since: T0,
      forMs: 10 * MINUTE,
      readings: [{ observedAt: T0 }, { observedAt: T0 + 10 * MINUTE, values: { temperature: 20 } }],
      conditions: [
        { text: 'temperature >= 70', holds: false, terms: [{ answer: false }] },
        { text: 'temperatureAlarm', holds: true, terms: [{ answer: null, values: {} }] },
      ],
    });
  });

  it('says what would clear it, and then what did', () => {
    const bench = benchOf('subject: asset, when: fillingLevel >= 0.85, clear: fillingLevel < 0.5, clearFor: PT1H');

    const explanation = raisedOf(bench.hear(T0, { fillingLevel: 0.9 }))!;
    expect(explanation).toMatchObject({ worsened: [], cleared: null });
    expect(explanation.clears).toEqual({
      text: '(fillingLevel < 0.5) && !(fillingLevel >= 0.85)',
      forMs: HOUR,
      terms: [
        {
          text: 'fillingLevel < 0.5',
          answer: false,
          values: { fillingLevel: 0.9 },
          threshold: { value: 0.9, operator: '<', limit: 0.5 },
        },
        expect.objectContaining({ text: 'fillingLevel >= 0.85', answer: true }),
      ],
    });

    bench.hear(T0 + HOUR, { fillingLevel: 0.1 });
    const cleared = clearedOf(bench.wait(T0 + 3 * HOUR))!;
    expect(cleared).toMatchObject({
      since: T0 + HOUR,
      forMs: HOUR,
      readings: [{ values: { fillingLevel: 0.1 } }],
      conditions: [{ holds: true, terms: [{ text: 'fillingLevel < 0.5', answer: true }, { answer: false }] }],
    });
  });

  it('is the same when a timer raises as when a reading does', () => {
    const rule = 'subject: asset, when: fillingLevel >= 0.85, for: PT10M';
    const byTimer = benchOf(rule);
    byTimer.hear(T0, { fillingLevel: 0.9 });
    const byReading = benchOf(rule);
    byReading.hear(T0, { fillingLevel: 0.9 });

    const one = raisedOf(byTimer.wait(T0 + HOUR))!;
    const other = raisedOf(byReading.hear(T0 + 10 * MINUTE, { fillingLevel: 0.9 }))!;

    expect(one.raised.conditions).toEqual(other.raised.conditions);
    expect(one.clears).toEqual(other.clears);
    expect([one.raised.readings.length, other.raised.readings.length]).toEqual([1, 2]);
  });

  it('has what windows show when a timer raises or clears, as when a reading does', () => {
    const rule = `subject: asset, when: "mean(temperature, 'PT6H') > 30", clear: "mean(temperature, 'PT6H') < 20"`;
    const [byTimer, byReading] = [benchOf(`${rule}, for: PT10M, clearFor: PT1H`), benchOf(rule)];
    for (const bench of [byTimer, byReading]) {
      for (let hour = -8; hour < 0; hour++) bench.hear(T0 + hour * HOUR, { temperature: 20 });
      bench.hear(T0, { temperature: 900 });
    }
    const [timed, read] = [raisedOf(byTimer.wait(T0 + HOUR))!, raisedOf(byReading.changes)!];

    expect(timed.raised.conditions).toEqual(read.raised.conditions);
    const [term] = timed.raised.conditions[0]!.terms;
    expect(term).toMatchObject({ answer: true, threshold: { operator: '>', limit: 30 } });
    expect(Object.keys(term!.values)).not.toEqual([]);
    expect(timed.clears.terms).toEqual(read.clears.terms);

    for (const bench of [byTimer, byReading]) {
      for (let hour = 1; hour < 12; hour++) bench.hear(T0 + hour * HOUR, { temperature: 0 });
    }
    byTimer.wait(T0 + 20 * HOUR);
    const cleared = [byTimer, byReading].map((bench) => clearedOf(bench.changes)!.conditions[0]!.terms[0]!);
    for (const each of cleared) expect(each).toMatchObject({ answer: true, threshold: { operator: '<', limit: 20 } });
  });

  it('tells the value that did not change, and the one that it became', () => {
    const bench = benchOf('subject: asset, unchanged: occupancy, for: PT2H');
    bench.hear(T0, { occupancy: true });
    bench.hear(T0 + HOUR, { occupancy: true });

    const explanation = raisedOf(bench.hear(T0 + 2 * HOUR, { occupancy: true }))!;
    expect(explanation.raised).toMatchObject({
      since: T0,
      forMs: 2 * HOUR,
      conditions: [{ text: 'occupancy == true' }],
    });
    expect(explanation.clears).toMatchObject({ text: 'occupancy != true', forMs: 0 });
    expect(clearedOf(bench.hear(T0 + 3 * HOUR, { occupancy: false }))).toMatchObject({
      conditions: [{ terms: [{ threshold: { value: false, operator: '!=', limit: true } }] }],
    });
  });

  it('tells how long a silence was allowed to be', () => {
    const bench = benchOf('subject: device, silent: { intervals: 3, margin: PT30M }');
    bench.uplink(T0, []);

    const explanation = raisedOf(bench.wait(T0 + 9 * HOUR))!;

    expect(explanation.raised).toMatchObject({ since: T0, forMs: 3.5 * HOUR, readings: [] });
    expect(explanation.raised.conditions[0]!.terms).toEqual([
      {
        text: 'silenceMs >= max(0, 3 * intervalMs + jitterMs + 1800000)',
        answer: true,
        values: { silenceMs: 3.5 * HOUR, intervalMs: HOUR, jitterMs: 0 },
        threshold: { value: 3.5 * HOUR, operator: '>=', limit: 3.5 * HOUR },
      },
    ]);
    expect(explanation.clears).toEqual({ text: 'contact', forMs: 0, terms: [] });
    expect(clearedOf(bench.uplink(T0 + 10 * HOUR, []))).toMatchObject({ since: T0 + 10 * HOUR });
  });

  it('names no attribute that is no plain value, and cuts long texts', () => {
    const subject = subjectOf('Streetlight', { attributes: { lamps: [1, 2], note: 'x'.repeat(300) } });
    const bench = benchOf(
      'subject: asset, when: "activePower > 0 && size(asset.lamps) == 2 && asset.note != \'\'"',
      subject,
    );

    const [condition] = raisedOf(bench.hear(T0, { activePower: 5 }))!.raised.conditions;

    expect(condition!.terms[1]).toMatchObject({ values: { 'size(asset.lamps)': 2 }, threshold: { value: 2 } });
    expect(condition!.terms[2]!.values).toEqual({ 'asset.note': `${'x'.repeat(199)}…` });
  });
});
