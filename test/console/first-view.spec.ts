import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly isEntry?: boolean;
}

const CONSOLE = resolve('dist/console');
/** kB of script that a person waits for at the first view, compressed; the map library comes after it. */
const BUDGET_KB = 200;

const manifest = JSON.parse(readFileSync(join(CONSOLE, 'manifest.json'), 'utf8')) as Readonly<Record<string, Chunk>>;

/** A chunk with all that it needs before it runs. */
function withImports(name: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const needed of manifest[name]?.imports ?? []) withImports(needed, found);
  return found;
}

function compressedKb(names: Iterable<string>): number {
  const files = [...names].map((name) => manifest[name]!.file);
  return files.reduce((total, file) => total + readFileSync(join(CONSOLE, `${file}.gz`)).length, 0) / 1_000;
}

describe('the first view of the console', () => {
  const [entry] = Object.entries(manifest).find(([, chunk]) => chunk.isEntry)!;
  const page = 'src/situation/situation-page.tsx';
  const first = new Set([...withImports(entry), ...withImports(page)]);

  it('needs less than 200 kB of compressed script', () => {
    const kb = compressedKb(first);
    expect(kb).toBeGreaterThan(50);
    expect(kb).toBeLessThan(BUDGET_KB);
  });

  it('does without the map library, which is there when the map is', () => {
    const [map] = Object.keys(manifest).filter((name) => name.endsWith('situation/map/city-map.tsx'));
    expect(manifest[page]?.dynamicImports).toContain(map);
    expect(
      [...first].some((name) => readFileSync(join(CONSOLE, manifest[name]!.file), 'utf8').includes('maplibregl')),
    ).toBe(false);
  });

  it('needs no other page', () => {
    const pages = Object.keys(manifest).filter((name) => /-page\.tsx$/u.test(name) && name !== page);
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.filter((name) => first.has(name))).toEqual([]);
  });
});
