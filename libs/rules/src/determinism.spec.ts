import type { AlertChange } from '@stadtfunk/maintenance';
import type { Reading, Values } from '@stadtfunk/readings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeState, encodeState, newState } from './device-state.ts';
import { advance, applyUplink } from './evaluator.ts';
import { RULE_OPTIONS } from './options.ts';
import { rulesOf, subjectOf } from './testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
// The night in which clocks go back: 25 October 2026, 03:00 CEST is 02:00 CET at 01:00Z.
const T0 = Date.UTC(2026, 9, 24, 22);

/** Every kind of condition, timer and counter at once, with times that the uplinks below meet often. */
const RULES = rulesOf(`version: "1"
rules:
  - { id: a.now, subject: asset, when: fillingLevel >= 0.5 || containerFull, clear: fillingLevel < 0.3, severity: [{ is: minor }, { is: major, after: PT2H }, { is: critical, when: fillingLevel >= 0.9 }], title: { de: A, en: A } }
  - { id: a.held, subject: asset, when: occupancy, for: PT1H, clearFor: PT20M, severity: [{ is: minor }, { is: major, after: PT20M, priority: high }], job: { kind: x, priority: low, due: P1D }, title: { de: A, en: A } }
  - { id: z.soon, subject: asset, when: occupancy, for: PT5M, severity: minor, title: { de: A, en: A } }
  - { id: a.twice, subject: asset, when: fillingLevel >= 0.5, for: PT30M, readings: 2, severity: minor, title: { de: A, en: A } }
  - { id: a.limit, subject: asset, when: occupancy && fillingLevel < 0.6, for: asset.maximumParkingDuration, severity: minor, title: { de: A, en: A } }
  - { id: a.stuck, subject: asset, unchanged: occupancy, for: PT3H, severity: warning, title: { de: A, en: A } }
  - { id: d.offline, subject: device, silent: { intervals: 2, margin: PT10M }, severity: warning, title: { de: A, en: A } }
  - { id: d.mute, subject: device, silent: { of: measurement, intervals: 2, margin: PT10M }, severity: [{ is: warning }, { is: minor, after: PT1H }], title: { de: A, en: A } }
  - { id: d.battery, subject: device, when: batteryTooLow, clearFor: PT2H, severity: warning, title: { de: A, en: A } }
`);
const SUBJECT = subjectOf('ParkingSpot', {
  attributes: { maximumParkingDuration: 'PT90M' },
  reportingIntervalMs: HOUR,
});

interface Uplink {
  readonly receivedAt: number;
  readonly readings: readonly Reading[];
}

const values: fc.Arbitrary<Values> = fc.record(
  {
    fillingLevel: fc.constantFrom(0.1, 0.4, 0.55, 0.9),
    containerFull: fc.boolean(),
    occupancy: fc.boolean(),
    batteryTooLow: fc.boolean(),
  },
  { requiredKeys: [] },
);

const rows = fc.array(
  fc.record({
    /** How long before its reception it was observed; sometimes a little after. */
    ageMs: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 90_000 }) },
      { weight: 2, arbitrary: fc.integer({ min: -2 * MINUTE, max: 4 * HOUR }) },
      fc.constant(RULE_OPTIONS.lateAfterMs),
    ),
    values,
    quality: fc.constantFrom(4, 4, 4, 3, 1),
  }),
  { maxLength: 4 },
);

const uplinks: fc.Arbitrary<readonly Uplink[]> = fc
  .array(
    fc.record({
      gapMs: fc.oneof(fc.integer({ min: 0, max: 10 * MINUTE }), fc.integer({ min: 0, max: 5 * HOUR })),
      rows,
    }),
    {
      minLength: 1,
      maxLength: 25,
    },
  )
  .map((steps) => {
    let receivedAt = T0;
    return steps.map((step) => {
      receivedAt += step.gapMs;
      const readings = step.rows.map(
        (row) =>
          ({
            deviceId: 'device-1',
            assetId: 'asset-1',
            observedAt: receivedAt - row.ageMs,
            receivedAt,
            clock: 'ok',
            quality: row.quality as Reading['quality'],
            values: row.values,
          }) satisfies Reading,
      );
      return { receivedAt, readings };
    });
  });

function run(stream: readonly Uplink[], rules = RULES) {
  const state = newState();
  const changes = stream.flatMap(({ receivedAt, readings }) =>
    applyUplink(rules, state, SUBJECT, receivedAt, readings),
  );
  return { state, changes };
}

describe('the evaluator', () => {
  it('gives the same however often time was let pass between uplinks, and with its state as JSON between any two steps', () => {
    fc.assert(
      fc.property(uplinks, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (stream, chance) => {
        let stored = encodeState(newState());
        const changes: AlertChange[] = [];
        let now = stream[0]!.receivedAt - 1;
        for (const { receivedAt, readings } of stream) {
          const sweeps = Math.floor(chance.next().value * 4);
          for (let sweep = 0; sweep < sweeps; sweep++) {
            // Now and then exactly to the next uplink.
            now = Math.min(receivedAt, now + Math.ceil(chance.next().value * 1.2 * (receivedAt - now)));
            const state = decodeState(stored);
            changes.push(...advance(RULES, state, SUBJECT, now));
            stored = encodeState(state);
          }
          const state = decodeState(stored);
          changes.push(...applyUplink(RULES, state, SUBJECT, receivedAt, readings));
          stored = encodeState(state);
          now = receivedAt;
        }
        const expected = run(stream);
        expect(changes).toEqual(expected.changes);
        expect(decodeState(stored)).toEqual(JSON.parse(encodeState(expected.state)));
      }),
      { numRuns: 400 },
    );
  });

  it('is due when and only when letting time pass does something', () => {
    fc.assert(
      fc.property(uplinks, (stream) => {
        const { state } = run(stream);
        for (let step = 0; step < 10 && state.x !== null; step++) {
          const due = state.x;
          const before = encodeState(state);
          expect(advance(RULES, state, SUBJECT, due - 1)).toEqual([]);
          expect(encodeState(state)).toBe(before);
          expect(advance(RULES, state, SUBJECT, due)).not.toEqual([]);
          expect(state.x === null || state.x > due).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same after any crashes between batches of any size', () => {
    fc.assert(
      fc.property(
        uplinks,
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 7 }), crashes: fc.boolean() }), {
          minLength: 60,
          maxLength: 60,
        }),
        (stream, batches) => {
          let stored = encodeState(newState());
          const committed: AlertChange[] = [];
          let position = 0;
          for (const { size, crashes } of batches) {
            if (position >= stream.length) break;
            const state = decodeState(stored);
            const batch = stream.slice(position, position + size);
            const changes = batch.flatMap((uplink) =>
              applyUplink(RULES, state, SUBJECT, uplink.receivedAt, uplink.readings),
            );
            if (crashes) continue;
            committed.push(...changes);
            stored = encodeState(state);
            position += batch.length;
          }
          expect(committed).toEqual(run(stream.slice(0, position)).changes);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('keeps one open alert per rule at most, in episodes that end after they began and never overlap', () => {
    fc.assert(
      fc.property(uplinks, (stream) => {
        const open = new Map<string, AlertChange & { type: 'raise' }>();
        const ended = new Map<string, number>();
        const ids = new Set<string>();
        for (const change of run(stream).changes) {
          if (change.type === 'raise') {
            expect(open.has(change.ruleId)).toBe(false);
            expect(ids.has(change.alertId)).toBe(false);
            ids.add(change.alertId);
            expect(change.raisedAt).toBeGreaterThanOrEqual(ended.get(change.ruleId) ?? 0);
            open.set(change.ruleId, change);
            continue;
          }
          if (change.type === 'worsen') continue;
          const raised = [...open.values()].find(({ alertId }) => alertId === change.alertId);
          expect(raised).toBeDefined();
          expect(change.clearedAt).toBeGreaterThanOrEqual(raised!.raisedAt);
          open.delete(raised!.ruleId);
          ended.set(raised!.ruleId, change.clearedAt);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('decides the same, and remembers the same, for those who keep no explanations', () => {
    fc.assert(
      fc.property(uplinks, (stream) => {
        const explained = run(stream);
        const bare = run(stream, RULES.unexplained);
        expect(bare.changes.filter((change) => change.explanation !== undefined)).toEqual([]);
        expect(JSON.stringify(bare.changes)).toBe(
          JSON.stringify(explained.changes.map(({ explanation: _explanation, ...change }) => change)),
        );
        expect(encodeState(bare.state)).toBe(encodeState(explained.state));
      }),
      { numRuns: 200 },
    );
  });

  it('never raises on late readings alone', () => {
    const late = uplinks.map((stream) =>
      stream.map(({ receivedAt, readings }) => ({
        receivedAt,
        readings: readings.map((reading) => ({
          ...reading,
          observedAt: Math.min(reading.observedAt, receivedAt - RULE_OPTIONS.lateAfterMs - 1),
        })),
      })),
    );
    fc.assert(
      fc.property(late, (stream) => {
        const raised = run(stream).changes.filter(({ type }) => type === 'raise');
        expect(raised.map((change) => change.type === 'raise' && change.ruleId)).not.toContainEqual(
          expect.stringMatching(/^(a\.|z\.|d\.battery)/),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('knows no calendar: the same happens in summer, in winter and in the night when the clocks change', () => {
    fc.assert(
      fc.property(uplinks, fc.constantFrom(-120, -3, 154), (stream, days) => {
        const shift = days * 24 * HOUR;
        const shifted = stream.map(({ receivedAt, readings }) => ({
          receivedAt: receivedAt + shift,
          readings: readings.map((reading) => ({
            ...reading,
            receivedAt: reading.receivedAt + shift,
            observedAt: reading.observedAt + shift,
          })),
        }));
        const times = ({ changes }: ReturnType<typeof run>, by: number) =>
          changes.map((change) =>
            change.type === 'raise'
              ? [change.ruleId, change.raisedAt + by, change.job && change.job.dueAt! + by]
              : (change.type === 'clear' ? change.clearedAt : change.worsenedAt) + by,
          );
        expect(times(run(shifted), 0)).toEqual(times(run(stream), shift));
      }),
      { numRuns: 60 },
    );
  });
});
