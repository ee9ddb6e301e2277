import type { JobPlanner } from '@stadtfunk/maintenance';
import type { Positions } from '@stadtfunk/uplinks';
import { RulesRecords, type OpenAlert, type RulesCommit, type StoredState } from '@stadtfunk/rules';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PoolClient } from 'pg';
import { applyAlertChanges } from './alert-changes.ts';
import { bulkRowsOf } from './bulk-rows.ts';
import { commitBatch, poolSessions, type Sessions } from './commit-batch.ts';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import { planJobs } from './job-planning.ts';
import { LogPositions } from './log-positions.ts';
import { recordShadows } from './shadow-changes.ts';

/** What the consumer group `rules` has done, in tables. */
export class PostgresRulesRecords extends RulesRecords {
  readonly #database: Database;
  readonly #sessions: Sessions;
  readonly #planner: JobPlanner | null;
  readonly #positions = new LogPositions('rules');

  /**
   * @param sessions where commits go through: with several processes, the session that owns the partitions
   * @param planner to whom new jobs go; null: to whom the rules say
   */
  constructor(database: Database, sessions: Sessions = poolSessions(database), planner: JobPlanner | null = null) {
    super();
    this.#planner = planner;
    this.#database = database;
    this.#sessions = sessions;
  }

  override async positions(logId: string, floors: Positions): Promise<Positions> {
    return this.#positions.read(this.#database.pool, logId, floors).catch(fail);
  }

  override async states(partitions: readonly number[]): Promise<readonly StoredState[]> {
    const { rows } = await this.#database.pool
      .query<{ device_id: string; state: string; shadow: string | null }>(
        'select device_id, state, shadow from rule_states where partition = any($1::int[])',
        [partitions],
      )
      .catch(fail);
    return rows.map(({ device_id: deviceId, state, shadow }) => {
      return shadow === null ? { deviceId, state } : { deviceId, state, shadow };
    });
  }

  override openAlerts(assetId: string): Promise<readonly OpenAlert[]> {
    return this.#open('alerts', assetId);
  }

  override openShadowAlerts(assetId: string): Promise<readonly OpenAlert[]> {
    return this.#open('shadow_alerts', assetId);
  }

  async #open(table: 'alerts' | 'shadow_alerts', assetId: string): Promise<readonly OpenAlert[]> {
    const { rows } = await this.#database.pool
      .query<{ alert_id: string; rule_id: string; raised_at: Date }>(
        `select alert_id, rule_id, raised_at from ${table}
         where subject = $1 and cleared_at is null order by raised_at, alert_id`,
        [`asset:${assetId}`],
      )
      .catch(fail);
    return rows.map((row) => ({ alertId: row.alert_id, ruleId: row.rule_id, raisedAt: row.raised_at.getTime() }));
  }

  override async commit(commit: RulesCommit): Promise<void> {
    await commitBatch(this.#sessions, this.#positions, commit, async (client) => {
      if (commit.states.length > 0) await putStates(client, commit.states);
      if (commit.shadowChanges?.length) await recordShadows(client, commit.shadowChanges);
      if (commit.changes.length === 0) return;
      const changes = this.#planner ? await planJobs(drizzle(client), commit.changes, this.#planner) : commit.changes;
      await applyAlertChanges(client, changes, commit.at);
    });
  }
}

function fail(thrown: unknown): never {
  throw faultOf('records', thrown);
}

async function putStates(client: PoolClient, states: RulesCommit['states']): Promise<void> {
  const rows = states.map(
    ({ deviceId, partition, state, shadow = 'null' }) =>
      `{"d":${JSON.stringify(deviceId)},"p":${partition},"s":${state},"h":${shadow}}`,
  );
  // An object in a column of type text arrives as it was written.
  await client.query(
    `insert into rule_states (device_id, partition, state, shadow)
     select d, p, s, h from json_to_recordset($1::json) as r(d text, p int, s text, h text)
     on conflict (device_id) do update set partition = excluded.partition, state = excluded.state,
       shadow = excluded.shadow`,
    [bulkRowsOf(rows)],
  );
}
