import { ok, type Result } from '@stadtfunk/kernel';
import {
  ruleConflict,
  RuleVersions,
  type NewRuleVersion,
  type RuleActivity,
  type RuleConflict,
  type RuleHistoryPage,
  type RuleVersion,
  type RuleVersionHead,
  type RuleVersionState,
} from '@stadtfunk/rules';
import { and, desc, eq, lt, ne, sql } from 'drizzle-orm';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { query, transaction } from './query.ts';
import { ruleVersions } from './schema.ts';
import { announceRules } from './tell.ts';

const HEAD = {
  ruleId: ruleVersions.ruleId,
  number: ruleVersions.number,
  state: ruleVersions.state,
  ruleVersion: ruleVersions.ruleVersion,
  author: ruleVersions.author,
  reason: ruleVersions.reason,
  savedAt: ruleVersions.savedAt,
  restores: ruleVersions.restores,
};
const WHOLE = { ...HEAD, yaml: ruleVersions.yaml };

/** Versions of rules in a table. */
export class PostgresRuleVersions extends RuleVersions {
  constructor(private readonly database: Database) {
    super();
  }

  override save({ expected, ...version }: NewRuleVersion): Promise<Result<RuleVersion, RuleConflict>> {
    const { ruleId } = version;
    const saved = { ...version, number: expected + 1 };
    return transaction(this.database, async (tx) => {
      const [before] = await tx
        .select({ newest: sql<number>`coalesce(max(${ruleVersions.number}), 0)::int` })
        .from(ruleVersions)
        .where(eq(ruleVersions.ruleId, ruleId));
      if (before!.newest !== expected) return ruleConflict(ruleId, before!.newest);
      const row = { ...saved, savedAt: new Date(saved.savedAt) };
      // Of several who try at once the primary key lets one through; the others wait for him here.
      const { rowCount } = await tx.insert(ruleVersions).values(row).onConflictDoNothing();
      if (rowCount === 0) return ruleConflict(ruleId, expected + 1);
      await announceRules(tx);
      const { number, state, ruleVersion } = saved;
      noteChange(tx, { before: { number: expected }, after: { number, state, ruleVersion } });
      return ok(saved);
    });
  }

  override async find(ruleId: string, number: number): Promise<RuleVersion | undefined> {
    const is = and(eq(ruleVersions.ruleId, ruleId), eq(ruleVersions.number, number));
    const [row] = await query(this.database, (drizzle) => drizzle.select(WHOLE).from(ruleVersions).where(is));
    return row && versionOf(row);
  }

  override async history(ruleId: string, limit: number, before?: number): Promise<RuleHistoryPage> {
    const older = before === undefined ? undefined : lt(ruleVersions.number, before);
    const rows = await query(this.database, (drizzle) =>
      drizzle
        .select(HEAD)
        .from(ruleVersions)
        .where(and(eq(ruleVersions.ruleId, ruleId), older))
        .orderBy(desc(ruleVersions.number))
        .limit(limit + 1),
    );
    const items = rows.slice(0, limit).map(headOf);
    return { items, next: rows.length > limit ? items.at(-1)!.number : null };
  }

  override async newest(): Promise<readonly RuleVersionHead[]> {
    const rows = await query(this.database, (drizzle) =>
      drizzle
        .selectDistinctOn([ruleVersions.ruleId], HEAD)
        .from(ruleVersions)
        .orderBy(ruleVersions.ruleId, desc(ruleVersions.number)),
    );
    return rows.map(headOf);
  }

  override async deciding(): Promise<readonly RuleVersion[]> {
    const rows = await query(this.database, (drizzle) =>
      drizzle
        .selectDistinctOn([ruleVersions.ruleId], WHOLE)
        .from(ruleVersions)
        .where(ne(ruleVersions.state, 'draft'))
        .orderBy(ruleVersions.ruleId, desc(ruleVersions.number)),
    );
    return rows.map(versionOf);
  }

  override async decidedBefore(ruleId: string, number: number): Promise<RuleVersion | undefined> {
    const [row] = await query(this.database, (drizzle) =>
      drizzle
        .select(WHOLE)
        .from(ruleVersions)
        .where(and(eq(ruleVersions.ruleId, ruleId), lt(ruleVersions.number, number), ne(ruleVersions.state, 'draft')))
        .orderBy(desc(ruleVersions.number))
        .limit(1),
    );
    return row && versionOf(row);
  }

  override async count(): Promise<number> {
    return query(this.database, (drizzle) => drizzle.$count(ruleVersions));
  }

  override async activity(since: number): Promise<readonly RuleActivity[]> {
    const from = sql`${new Date(since).toISOString()}::timestamptz`;
    // Two conditions, and so two indices, for each of the tables: the few that are open, and the latest.
    const counted = (table: 'alerts' | 'shadow_alerts') => {
      const single = sql.raw(table === 'alerts' ? 'members is null' : 'true');
      const isShadow = sql.raw(String(table === 'shadow_alerts'));
      return sql`
        select rule_id, ${isShadow} as shadow, 1 as open, 0 as fired from ${sql.raw(table)}
          where cleared_at is null and ${single}
        union all
        select rule_id, ${isShadow}, 0, 1 from ${sql.raw(table)} where raised_at >= ${from} and ${single}`;
    };
    const { rows } = await query(this.database, (drizzle) =>
      drizzle.execute<Record<'open' | 'fired' | 'shadow_open' | 'shadow_fired', number> & { rule_id: string }>(sql`
        select rule_id,
          (sum(open) filter (where not shadow))::int as open, (sum(fired) filter (where not shadow))::int as fired,
          (sum(open) filter (where shadow))::int as shadow_open, (sum(fired) filter (where shadow))::int as shadow_fired
        from (${counted('alerts')} union all ${counted('shadow_alerts')}) as counted
        group by rule_id order by rule_id collate "C"`),
    );
    return rows.map((row) => ({
      ruleId: row.rule_id,
      openAlerts: row.open ?? 0,
      fired: row.fired ?? 0,
      openShadowAlerts: row.shadow_open ?? 0,
      shadowFired: row.shadow_fired ?? 0,
    }));
  }
}

type HeadRow = Omit<typeof ruleVersions.$inferSelect, 'yaml'>;

function headOf({ state, savedAt, ...row }: HeadRow): RuleVersionHead {
  return { ...row, state: state as RuleVersionState, savedAt: savedAt.getTime() };
}

function versionOf({ yaml, ...row }: typeof ruleVersions.$inferSelect): RuleVersion {
  return { ...headOf(row), yaml };
}
