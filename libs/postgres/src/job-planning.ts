import type { AlertChange, JobPlanner } from '@stadtfunk/maintenance';
import { inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { assets } from './schema.ts';

/** A raise whose job goes where the organisation says. Keeps whom the rule or the asset named. */
export async function planJobs(
  tx: Pick<NodePgDatabase, 'select'>,
  changes: readonly AlertChange[],
  planner: JobPlanner,
): Promise<readonly AlertChange[]> {
  const named = new Set<string>();
  for (const change of changes) if (change.type === 'raise' && change.job && change.assetId) named.add(change.assetId);
  const known = named.size === 0 ? [] : await assetsOf(tx, [...named]);
  const byId = new Map(known.map((asset) => [asset.assetId, asset]));
  return changes.map((change) => {
    if (change.type !== 'raise' || !change.job) return change;
    const { assetId, severity, raisedAt, job } = change;
    const { type = null, district = null } = (assetId === null ? undefined : byId.get(assetId)) ?? {};
    const planned = planner.plan(job, { severity, raisedAt, type, district });
    return { ...change, job: { ...planned, draftedFor: job.department } };
  });
}

function assetsOf(tx: Pick<NodePgDatabase, 'select'>, assetIds: readonly string[]) {
  return tx
    .select({ assetId: assets.assetId, type: assets.type, district: assets.district })
    .from(assets)
    .where(inArray(assets.assetId, [...assetIds]));
}
