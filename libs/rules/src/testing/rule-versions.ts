import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NewRuleVersion, RuleVersions } from '../rule-versions.ts';
import type { CountedAlert } from '../memory-rule-versions.ts';

export interface RuleVersionsHarness {
  /** The same port, over records that hold nothing. */
  fresh(): Promise<RuleVersions>;
  /** Alerts, or shadow alerts, that rules have raised. */
  putAlerts(alerts: readonly CountedAlert[], isShadow: boolean): Promise<void>;
  close?(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;

export function versionOf(ruleId: string, expected: number, more: Partial<NewRuleVersion> = {}): NewRuleVersion {
  return {
    ruleId,
    expected,
    state: 'live',
    ruleVersion: `hash-${expected + 1}`,
    yaml: `version: '1'\nrules: # ${ruleId} ${expected + 1} „Ü“\n`,
    author: 'Anna Weber',
    reason: 'the bins overflow',
    savedAt: NOON + expected,
    restores: null,
    ...more,
  };
}

export function describeRuleVersions(name: string, make: () => Promise<RuleVersionsHarness>): void {
  describe(`the versions of rules, ${name}`, () => {
    let harness: RuleVersionsHarness;
    let versions: RuleVersions;

    beforeAll(async () => (harness = await make()));
    afterAll(() => harness.close?.());
    beforeEach(async () => (versions = await harness.fresh()));

    it('are numbered for each rule, and given back as they were saved', async () => {
      expect(await versions.count()).toBe(0);
      const first = await versions.save(versionOf('waste.full', 0, { restores: 0 }));
      const { expected: _expected, ...saved } = versionOf('waste.full', 0, { restores: 0 });
      expect(first).toEqual({ ok: true, value: { ...saved, number: 1 } });
      const draft = { state: 'draft', ruleVersion: null, restores: null } as const;
      expect(await versions.save(versionOf('waste.full', 1, draft))).toMatchObject({ value: { number: 2 } });
      expect(await versions.save(versionOf('bin.hot', 0))).toMatchObject({ value: { number: 1 } });

      expect(await versions.find('waste.full', 1)).toEqual({ ...saved, number: 1 });
      expect(await versions.find('waste.full', 2)).toMatchObject(draft);
      expect(await versions.find('waste.full', 3)).toBeUndefined();
      expect(await versions.find('no.rule', 1)).toBeUndefined();
      expect(await versions.count()).toBe(3);
    });

    it('are refused where somebody has saved another one meanwhile', async () => {
      await versions.save(versionOf('waste.full', 0));
      for (const expected of [0, 2, 7]) {
        const refused = await versions.save(versionOf('waste.full', expected));
        expect(refused).toMatchObject({ ok: false, error: { code: 'rule.conflict' } });
      }
      expect(await versions.count()).toBe(1);
    });

    it('of the same number are saved by one of several who try at once', async () => {
      const tries = await Promise.all(
        Array.from({ length: 8 }, (_, author) => versions.save(versionOf('waste.full', 0, { author: `A${author}` }))),
      );
      expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await versions.count()).toBe(1);
    });

    it('that decide are the newest that are no drafts', async () => {
      await versions.save(versionOf('waste.full', 0, { state: 'shadow' }));
      await versions.save(versionOf('waste.full', 1, { state: 'live' }));
      await versions.save(versionOf('waste.full', 2, { state: 'draft' }));
      await versions.save(versionOf('bin.hot', 0, { state: 'draft' }));
      await versions.save(versionOf('a.gone', 0, { state: 'retired' }));

      const deciding = await versions.deciding();
      expect(deciding.map(({ ruleId, number }) => [ruleId, number])).toEqual([
        ['a.gone', 1],
        ['waste.full', 2],
      ]);
      expect(deciding[1]!.yaml).toContain('waste.full 2 „Ü“');
      const newest = await versions.newest();
      expect(newest.map(({ ruleId, number, state }) => [ruleId, number, state])).toEqual([
        ['a.gone', 1, 'retired'],
        ['bin.hot', 1, 'draft'],
        ['waste.full', 3, 'draft'],
      ]);
      expect(newest[0]).not.toHaveProperty('yaml');
      expect(await versions.decidedBefore('waste.full', 3)).toMatchObject({ number: 2 });
      expect(await versions.decidedBefore('waste.full', 2)).toMatchObject({ number: 1, state: 'shadow' });
      expect(await versions.decidedBefore('waste.full', 1)).toBeUndefined();
    });

    it('make a history, newest first and page by page', async () => {
      for (let expected = 0; expected < 5; expected++) await versions.save(versionOf('waste.full', expected));
      await versions.save(versionOf('bin.hot', 0));
      const first = await versions.history('waste.full', 3);
      expect(first.items.map(({ number }) => number)).toEqual([5, 4, 3]);
      expect(first.items[0]).not.toHaveProperty('yaml');
      expect(first.next).toBe(3);
      const second = await versions.history('waste.full', 3, first.next!);
      expect(second.items.map(({ number }) => number)).toEqual([2, 1]);
      expect(second.next).toBeNull();
      expect(await versions.history('no.rule', 3)).toEqual({ items: [], next: null });
    });

    it('stand beside what their rules did lately, live and in shadow mode', async () => {
      const at = (ruleId: string, hoursAgo: number, clearedAt: number | null) => {
        return { ruleId, raisedAt: NOON - hoursAgo * HOUR, clearedAt };
      };
      await harness.putAlerts(
        [at('waste.full', 1, null), at('waste.full', 2, NOON), at('waste.full', 99, null)],
        false,
      );
      await harness.putAlerts([at('waste.full', 99, NOON), at('bin.old', 99, NOON), at('lamp.dark', 24, NOON)], false);
      await harness.putAlerts([at('bin.hot', 1, null), at('waste.full', 1, NOON)], true);
      expect(await versions.activity(NOON - 24 * HOUR)).toEqual([
        { ruleId: 'bin.hot', openAlerts: 0, fired: 0, openShadowAlerts: 1, shadowFired: 1 },
        { ruleId: 'lamp.dark', openAlerts: 0, fired: 1, openShadowAlerts: 0, shadowFired: 0 },
        { ruleId: 'waste.full', openAlerts: 2, fired: 2, openShadowAlerts: 0, shadowFired: 1 },
      ]);
    });
  });
}
