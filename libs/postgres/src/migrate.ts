import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as runMigrations } from 'drizzle-orm/node-postgres/migrator';
import type { Pool } from 'pg';
import { migrationsFolder } from './files.ts';
import { departments } from './schema.ts';

/** Any number that nothing else locks: of several processes that start at once, one migrates. */
const MIGRATION_LOCK = 0x57ad7f;

const DEPARTMENTS = [
  { departmentId: 'waste', nameDe: 'Abfallwirtschaft', nameEn: 'Waste management' },
  { departmentId: 'parking', nameDe: 'Verkehr und Parken', nameEn: 'Traffic and parking' },
  { departmentId: 'lighting', nameDe: 'Straßenbeleuchtung', nameEn: 'Street lighting' },
  { departmentId: 'iot', nameDe: 'IoT-Betrieb', nameEn: 'IoT operations' },
];

/** Brings the tables to the present version, and adds the departments that the default rules give their jobs to. */
export async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      const database = drizzle(client);
      await runMigrations(database, { migrationsFolder: migrationsFolder() });
      await database.insert(departments).values(DEPARTMENTS).onConflictDoNothing();
    } finally {
      await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    }
  } finally {
    client.release();
  }
}
