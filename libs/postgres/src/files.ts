import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

/** Finds a file that is read at run time: beside the sources, or where the build put it (`dist/pglite`, `dist/migrations`). */
function locate(...candidates: readonly string[]): string {
  const paths = candidates.map((candidate) => join(HERE, candidate));
  const found = paths.find((path) => existsSync(path));
  if (!found) throw new Error(`the installation is incomplete: none of ${paths.join(', ')} exists`);
  return found;
}

/** A script of `libs/postgres/src/pglite`. In the build the code may lie in `dist` or one folder below. */
export const pgliteScript = (name: 'worker.mjs' | 'create.mjs'): string =>
  locate(`pglite/${name}`, `../pglite/${name}`);

/** The folder of the SQL migrations that drizzle-kit generated. */
export const migrationsFolder = (): string =>
  dirname(dirname(locate('../migrations/meta/_journal.json', 'migrations/meta/_journal.json')));
