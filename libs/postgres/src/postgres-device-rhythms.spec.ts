import { encodeState, newState } from '@stadtfunk/rules';
import { expect, it } from 'vitest';
import { PostgresDeviceRhythms } from './postgres-device-rhythms.ts';
import { PostgresRulesRecords } from './postgres-rules-records.ts';
import { openInMemory } from './testing.ts';

it('reads how a device reports out of what the rules remember of it', async () => {
  const database = await openInMemory();
  const records = new PostgresRulesRecords(database);
  await records.positions('log-1', [0]);
  const state = encodeState({ ...newState(), c: 9_000, m: 5_000, g: [3_600_000, 3_599_000] });
  const states = [{ deviceId: 'd-1', partition: 0, state }];
  await records.commit({ logId: 'log-1', reached: [[0, 1]], states, changes: [], at: 9_000 });

  const rhythms = new PostgresDeviceRhythms(database);
  expect(await rhythms.of('d-1')).toEqual({
    lastContactAt: 9_000,
    lastMeasurementAt: 5_000,
    gaps: [3_600_000, 3_599_000],
  });
  expect(await rhythms.of('d-2')).toBeUndefined();
  expect(await rhythms.of('d\u0000')).toBeUndefined();
  await database.close();
});
