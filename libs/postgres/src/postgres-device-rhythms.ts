import { DeviceRhythms, rhythmOf, type DeviceRhythm } from '@stadtfunk/rules';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import { isStorable } from './page-cursor.ts';

/** How devices report, out of the states that the consumer group `rules` keeps. */
export class PostgresDeviceRhythms extends DeviceRhythms {
  constructor(private readonly database: Database) {
    super();
  }

  override async of(deviceId: string): Promise<DeviceRhythm | undefined> {
    if (!isStorable(deviceId)) return undefined;
    const { rows } = await this.database.pool
      .query<{ state: string }>('select state from rule_states where device_id = $1', [deviceId])
      .catch((thrown: unknown): never => {
        throw faultOf('records', thrown);
      });
    return rows[0] && rhythmOf(rows[0].state);
  }
}
