import { ok, type Result } from '@stadtfunk/kernel';
import {
  RuleVersions,
  type NewRuleVersion,
  type RuleActivity,
  type RuleConflict,
  type RuleHistoryPage,
  type RuleVersion,
  type RuleVersionHead,
} from './rule-versions.ts';

/** Of an alert what its rule's activity needs to know. */
export interface CountedAlert {
  readonly ruleId: string;
  readonly raisedAt: number;
  readonly clearedAt: number | null;
}

/** Saved versions in memory. Several over the same rows are several processes. */
export class MemoryRuleVersions extends RuleVersions {
  readonly rows: RuleVersion[];
  readonly #alerts: () => Iterable<CountedAlert>;
  readonly #shadows: () => Iterable<CountedAlert>;

  constructor(
    rows: RuleVersion[] = [],
    alerts: () => Iterable<CountedAlert> = () => [],
    shadows: () => Iterable<CountedAlert> = () => [],
  ) {
    super();
    this.rows = rows;
    this.#alerts = alerts;
    this.#shadows = shadows;
  }

  override async save({ expected, ...version }: NewRuleVersion): Promise<Result<RuleVersion, RuleConflict>> {
    const newest = this.#of(version.ruleId).at(-1)?.number ?? 0;
    if (newest !== expected) return conflict(version.ruleId, newest);
    const saved = { ...version, number: newest + 1 };
    this.rows.push(saved);
    return ok(saved);
  }

  override async find(ruleId: string, number: number): Promise<RuleVersion | undefined> {
    return this.#of(ruleId).find((version) => version.number === number);
  }

  override async history(ruleId: string, limit: number, before = Infinity): Promise<RuleHistoryPage> {
    const older = this.#of(ruleId).filter(({ number }) => number < before);
    const items = older.reverse().slice(0, limit).map(headOf);
    return { items, next: older.length > limit ? items.at(-1)!.number : null };
  }

  override async newest(): Promise<readonly RuleVersionHead[]> {
    return this.#last(() => true).map(headOf);
  }

  override async deciding(): Promise<readonly RuleVersion[]> {
    return this.#last(({ state }) => state !== 'draft');
  }

  override async decidedBefore(ruleId: string, number: number): Promise<RuleVersion | undefined> {
    return this.#of(ruleId).findLast((version) => version.number < number && version.state !== 'draft');
  }

  override async count(): Promise<number> {
    return this.rows.length;
  }

  override async activity(since: number): Promise<readonly RuleActivity[]> {
    const found = new Map<string, RuleActivity>();
    const none = { openAlerts: 0, fired: 0, openShadowAlerts: 0, shadowFired: 0 };
    const add = (alerts: Iterable<CountedAlert>, isShadow: boolean) => {
      for (const { ruleId, raisedAt, clearedAt } of alerts) {
        const open = clearedAt === null ? 1 : 0;
        const fired = raisedAt >= since ? 1 : 0;
        if (open + fired === 0) continue;
        const before = found.get(ruleId) ?? { ruleId, ...none };
        const more = isShadow
          ? { openShadowAlerts: before.openShadowAlerts + open, shadowFired: before.shadowFired + fired }
          : { openAlerts: before.openAlerts + open, fired: before.fired + fired };
        found.set(ruleId, { ...before, ...more });
      }
    };
    add(this.#alerts(), false);
    add(this.#shadows(), true);
    return [...found.values()].sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
  }

  #of(ruleId: string): RuleVersion[] {
    return this.rows.filter((version) => version.ruleId === ruleId).sort((a, b) => a.number - b.number);
  }

  #last(counts: (version: RuleVersion) => boolean): RuleVersion[] {
    const last = new Map<string, RuleVersion>();
    for (const version of this.rows) {
      if (counts(version) && version.number > (last.get(version.ruleId)?.number ?? 0))
        last.set(version.ruleId, version);
    }
    return [...last.values()].sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
  }
}

/** What whoever made a version from an older one is told. */
export function conflict(ruleId: string, newest: number): { readonly ok: false; readonly error: RuleConflict } {
  const detail = `version ${newest} of ${ruleId} is the newest; somebody has saved it meanwhile`;
  return { ok: false, error: { code: 'rule.conflict', detail } };
}

function headOf({ yaml: _yaml, ...head }: RuleVersion): RuleVersionHead {
  return head;
}
