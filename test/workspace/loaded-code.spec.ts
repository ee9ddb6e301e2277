import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const dist = join(import.meta.dirname, '../../dist');
const STATIC = /^(?:import|export)\b[^;]*?["']([^"']+)["'];?$/gm;
const ON_DEMAND = /\bimport\(["'](\.\/[^"']+)["']\)/g;

const textOf = (chunk: string) => readFileSync(join(dist, chunk), 'utf8');
const found = (pattern: RegExp, chunk: string) => [...textOf(chunk).matchAll(pattern)].map(([, name]) => name!);

/** Chunks and packages that a chunk of the build loads with it. */
function loadedWith(chunk: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  const load = (name: string) => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const specifier of found(STATIC, name)) {
      if (specifier.startsWith('./')) load(specifier);
      else loaded.add(specifier);
    }
  };
  load(chunk);
  return loaded;
}

/** What is loaded on demand from there, by the beginning of its name. */
function onDemand(from: ReadonlySet<string>, beginning: string): string {
  const chunks = [...from].filter((name) => name.startsWith('./')).flatMap((name) => found(ON_DEMAND, name));
  const chunk = chunks.find((name) => name.startsWith(`./${beginning}`));
  if (chunk === undefined) throw new Error(`nothing that begins with ${beginning} is loaded on demand`);
  return chunk;
}

describe('what a process loads', () => {
  const program = loadedWith('./stadtfunk.js');
  const platform = loadedWith(onDemand(program, 'start-platform'));
  const loads = (...parts: readonly ReadonlySet<string>[]) => new Set(parts.flatMap((part) => [...part]));

  it('leaves the other commands to those who ask for them', () => {
    expect(program).toContain('commander');
    for (const name of ['@marcbachmann/cel-js', 'yaml', 'ws']) expect(program).not.toContain(name);
  });

  it('is for an intake neither the API nor rules nor the work queue', () => {
    const intake = loads(program, platform, loadedWith(onDemand(platform, 'intakes')));
    expect(intake).toContain('aedes');
    for (const name of ['bullmq', 'nodemailer', 'openid-client', 'yaml', '@marcbachmann/cel-js', 'csv-parse']) {
      expect(intake, name).not.toContain(name);
    }
  });

  it('is for the API no work queue, and for the work queue no API', () => {
    expect(loadedWith(onDemand(platform, 'jobs-role'))).toContain('bullmq');
    expect(loadedWith(onDemand(platform, 'jobs-role'))).not.toContain('openid-client');
    expect(loadedWith(onDemand(platform, 'api-role'))).toContain('openid-client');
    expect(loadedWith(onDemand(platform, 'api-role'))).not.toContain('bullmq');
  });

  it('is the embedded database only where the records are in it', () => {
    expect(platform).toContain('pg');
    expect(platform).not.toContain('@electric-sql/pglite');
    expect(loadedWith(onDemand(platform, 'pglite-server'))).toContain('@electric-sql/pglite');
  });
});
