import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDatabase, type Database } from '../database.ts';
import { migrationsFolder } from '../files.ts';
import { contentOf, copyFolder, keptFolder } from './kept-folder.ts';

const silent = { info: () => {}, warn: () => {} };

/** The data folder of an embedded database at the present version with nothing in it, and the same as a tar file. */
async function preparedRecords(): Promise<{ readonly folder: string; readonly dump: string }> {
  const engine = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const { mtimeMs, size } = statSync(engine);
  const kept = await keptFolder(
    'records',
    [`${engine} ${mtimeMs} ${size}`, contentOf(migrationsFolder())],
    async () => {
      const place = mkdtempSync(join(tmpdir(), 'stadtfunk-records-'));
      const dataDir = join(place, 'records');
      const database = await openDatabase({ dataDir }, silent);
      await database.close();
      execFileSync('tar', ['-cf', join(place, 'records.tar'), '-C', dataDir, ...readdirSync(dataDir)]);
      return { folder: place, remove: () => rmSync(place, { recursive: true, force: true }) };
    },
  );
  return { folder: join(kept, 'records'), dump: join(kept, 'records.tar') };
}

/** Where a platform has never been before: its records as the first start makes them, at `path`, without waiting for that. */
export async function prepareRecords(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  copyFolder((await preparedRecords()).folder, path);
}

/** A database in memory, as `openDatabase({ memory: true })` makes it, for a fifth of the CPU time. */
export async function openInMemory(): Promise<Database> {
  return openDatabase({ memory: true, from: (await preparedRecords()).dump }, silent);
}
