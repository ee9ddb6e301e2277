import { describe, expect, it } from 'vitest';
import { sunAltitude } from './sun.ts';

const HANAU = [50.133, 8.917] as const;

describe('the altitude of the sun', () => {
  // At true noon and midnight it follows from latitude and declination (23.436 degrees at the solstices) alone.
  it.each([
    ['summer noon', '2026-06-21T11:26:15Z', 90 - 50.133 + 23.436, 0.05],
    ['winter noon', '2026-12-21T11:22:20Z', 90 - 50.133 - 23.436 + 0.06, 0.05],
    ['winter midnight', '2026-12-21T23:22:30Z', -(90 - 50.133) - 23.436, 0.05],
    ['summer midnight', '2026-06-21T23:26:20Z', -(90 - 50.133) + 23.436, 0.05],
  ])('is right at %s', (_, at, expected, tolerance) => {
    expect(Math.abs(sunAltitude(Date.parse(at), ...HANAU) - expected)).toBeLessThan(tolerance);
  });

  it('passes -6 degrees at civil dusk', () => {
    // Equinox, 50.11 N 8.68 E: declination 0.06, true noon 11:32:44Z (longitude 34 m 43 s, equation of time -7 m 27 s);
    // hour angle arccos((sin -6 - sin 50.11 sin 0.06) / (cos 50.11 cos 0.06)) = 99.45 degrees = 6 h 37 m 48 s: 18:10:32Z.
    expect(sunAltitude(Date.parse('2026-03-20T18:09:00Z'), 50.11, 8.68)).toBeGreaterThan(-6);
    expect(sunAltitude(Date.parse('2026-03-20T18:13:00Z'), 50.11, 8.68)).toBeLessThan(-6);
  });

  it('knows no daylight-saving time: it moves on evenly through the change of clocks', () => {
    // Clocks go from 02:00 CET to 03:00 CEST at 01:00Z.
    const change = Date.parse('2026-03-29T01:00:00Z');
    const steps = [-2, -1, 0, 1, 2].map((half) => sunAltitude(change + half * 1_800_000, ...HANAU));
    for (let index = 2; index < steps.length; index++) {
      const [before, now] = [steps[index - 1]! - steps[index - 2]!, steps[index]! - steps[index - 1]!];
      expect(Math.abs(now - before)).toBeLessThan(1);
    }
  });
});
