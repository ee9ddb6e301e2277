import { describeDeadLetterOffice } from '@stadtfunk/ingest/testing';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { PostgresDeadLetterOffice } from './postgres-dead-letter-office.ts';
import { deadLetters, quarantinedReadings } from './schema.ts';

onEachDatabase((name, open) => {
  describeDeadLetterOffice(`PostgresDeadLetterOffice on ${name}`, async () => {
    const database = await open();
    let sequence = 0;
    return {
      fresh: async () => {
        await emptyTables(database.pool);
        return new PostgresDeadLetterOffice(database);
      },
      file: async (letters) => {
        const ids: string[] = [];
        for (let at = 0; at < letters.length; at += 5_000) {
          const rows = await database.drizzle
            .insert(deadLetters)
            .values(
              letters.slice(at, at + 5_000).map((letter) => ({
                ...letter,
                receivedAt: new Date(letter.receivedAt),
                logId: 'log',
                partition: 0,
                sequence: ++sequence,
                qos: 1,
              })),
            )
            .returning({ letterId: deadLetters.letterId });
          ids.push(...rows.map(({ letterId }) => String(letterId)));
        }
        return ids;
      },
      quarantine: async (readings) => {
        await database.drizzle
          .insert(quarantinedReadings)
          .values(readings.map((reading) => ({ ...reading, receivedAt: new Date(reading.receivedAt) })));
      },
      close: () => database.close(),
    };
  });
});
