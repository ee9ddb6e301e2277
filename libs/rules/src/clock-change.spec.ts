import type { Values } from '@stadtfunk/readings';
import { describe, expect, it } from 'vitest';
import { compileRules } from './compile-rules.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import { sunAltitude } from './sun.ts';
import { RuleBench, rulesOf, subjectOf } from './testing.ts';

/*
 * The nights in which the clocks of Hanau change, both at 01:00 UTC: on 25 October 2026 from 3 to 2 o'clock, on 29 March 2026
 * from 2 to 3. Places and clocks are those of `subjectOf` and of the default calendar.
 */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NIGHTS = [
  ['of autumn', Date.parse('2026-10-25T01:00:00Z'), 2, 1],
  ['of spring', Date.parse('2026-03-29T01:00:00Z'), 1, 2],
] as const;

function lampUnder(rules = defaultRules()): RuleBench {
  return new RuleBench(rules, subjectOf('Streetlight', { attributes: { powerRating: 60 }, reportingIntervalMs: HOUR }));
}

function defaultRules() {
  const compiled = compileRules(DEFAULT_RULES);
  if (!compiled.ok) throw new Error('the default rules are broken');
  return compiled.value;
}

const raisesOf = ({ changes }: RuleBench) =>
  changes.flatMap((change) => (change.type === 'raise' ? [{ ruleId: change.ruleId, raisedAt: change.raisedAt }] : []));
const BURNS: Values = { activePower: 58 };
const DARK: Values = { activePower: 0.6 };

describe.each(NIGHTS)('the night %s', (_name, change, hoursBefore, hoursAfter) => {
  const localHour = (at: number) => (at / HOUR + (at < change ? hoursBefore : hoursAfter)) % 24;

  it('has no false alert of lamps that follow the sun and are off from 1 to 5 by the clock, nor of their silence', () => {
    const lamp = lampUnder();
    let dark = 0;
    for (let at = change - 2 * DAY; at < change + 2 * DAY; at += HOUR) {
      const isNight = sunAltitude(at, 50.133, 8.917) < -4;
      const isOff = localHour(at) >= 1 && localHour(at) < 5;
      if (isNight && isOff) dark++;
      lamp.hear(at, isNight && !isOff ? { ...BURNS, illuminanceLevel: 1 } : { ...DARK, illuminanceLevel: 0 });
    }

    expect(lamp.changes).toEqual([]);
    expect(dark).toBe(4 * 4);
  });

  it('tells of a lamp that fails across the change after half an hour that has passed, and has its job due in 72 hours', () => {
    const lamp = lampUnder();
    lamp.hear(change - HOUR, BURNS);
    lamp.hear(change - 15 * MINUTE, DARK);
    lamp.hear(change, DARK);
    expect(lamp.changes).toEqual([]);
    lamp.hear(change + 15 * MINUTE, DARK);

    const [raised] = lamp.changes;
    expect(raisesOf(lamp)).toEqual([{ ruleId: 'light.darkAtNight', raisedAt: change + 15 * MINUTE }]);
    const dueAt = raised?.type === 'raise' ? raised.job?.dueAt : null;
    expect(dueAt! - (change + 15 * MINUTE)).toBeLessThan(3 * DAY + MINUTE);
    expect(dueAt! - (change + 15 * MINUTE)).toBeGreaterThanOrEqual(3 * DAY);
  });

  it('tells of silence after thirteen hours that have passed', () => {
    const lamp = lampUnder();
    for (let at = change - 6 * HOUR; at < change; at += HOUR) lamp.hear(at, BURNS);
    const last = change - HOUR + 2_000;
    lamp.wait(last + 13 * HOUR - 1);
    expect(raisesOf(lamp)).toEqual([]);
    lamp.wait(last + 13 * HOUR + MINUTE);
    expect(raisesOf(lamp)).toMatchObject([{ ruleId: 'device.offline' }]);
  });

  it('counts the hour from 2 to 3 as often as the clocks show it', () => {
    const rule = rulesOf(`
version: '1'
rules:
  - id: light.burnsAtTwo
    subject: asset
    when: localHour >= 2.0 && localHour < 3.0 && activePower > 5.0
    for: ${hoursBefore > hoursAfter ? 'PT90M' : 'PT45M'}
    severity: minor
    title: { de: A, en: A }
`);
    const lamp = lampUnder(rule);
    for (let at = change - 3 * HOUR; at <= change + 3 * HOUR; at += 15 * MINUTE) lamp.hear(at, BURNS);

    // Twice in autumn, without a break; in spring not at all.
    const twice = [{ ruleId: 'light.burnsAtTwo', raisedAt: change + 30 * MINUTE }];
    expect(raisesOf(lamp)).toEqual(hoursBefore > hoursAfter ? twice : []);
  });
});
