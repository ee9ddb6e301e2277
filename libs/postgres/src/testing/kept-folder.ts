import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** Tests run in the project's folder; `npm ci` makes it empty again. */
const KEPT = resolve('node_modules/.cache/stadtfunk-tests');
/** Longer than it takes to make one. */
const DRAFT_MS = 600_000;

/**
 * A folder that many tests begin with and that takes seconds to make. It is made when it is asked for first, and kept for all runs
 * after that. Who asks copies it, and never writes into it.
 * @param signature all that it follows from: another one is another folder, in the place of this
 * @param make makes it in an own place, and gives where; that is taken away afterwards
 */
export async function keptFolder(
  name: string,
  signature: readonly string[],
  make: () => Promise<{ readonly folder: string; readonly remove: () => void }>,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(signature)).digest('hex').slice(0, 16);
  const path = join(KEPT, `${name}-${hash}`);
  if (existsSync(path)) return path;
  mkdirSync(KEPT, { recursive: true });
  const { folder, remove } = await make();
  const draft = `${path}.${process.pid}`;
  try {
    copyFolder(folder, draft);
    putInPlace(draft, path);
  } finally {
    remove();
    rmSync(draft, { recursive: true, force: true });
  }
  for (const other of readdirSync(KEPT)) {
    if (other.startsWith(`${name}-`) && other !== basename(path) && !isBeingMade(join(KEPT, other))) {
      rmSync(join(KEPT, other), { recursive: true, force: true });
    }
  }
  return path;
}

/** With owners and modes, which databases are particular about. */
export function copyFolder(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
}

/** The names and contents of all files of a folder. */
export function contentOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return paths.map((path) => `${path}\n${readFileSync(path, 'utf8')}`).join('\n');
}

/** A draft of another process, if that was not broken off long ago. */
function isBeingMade(path: string): boolean {
  const since = Date.now() - (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0);
  return /\.\d+$/.test(path) && since < DRAFT_MS;
}

function putInPlace(draft: string, path: string): void {
  try {
    renameSync(draft, path);
  } catch (thrown) {
    // Another worker was a moment faster: its result is as good.
    if (!existsSync(path)) throw thrown;
  }
}
