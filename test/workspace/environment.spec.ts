import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentDefaults } from '@stadtfunk/config';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const example = readFileSync(join(root, 'infra/.env.example'), 'utf8');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

const defaults = environmentDefaults();

describe('the environment variables', () => {
  it('stand in infra/.env.example, each once and with its default', () => {
    const shown = [...example.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [name, value]);
    expect(new Set(shown.map(([name]) => name)).size).toBe(shown.length);
    expect(Object.fromEntries(shown)).toEqual(defaults);
  });

  it('are named in README.md as the program knows them', () => {
    const table = readme.slice(readme.indexOf('## Settings'), readme.indexOf('## ', readme.indexOf('## Settings') + 3));
    const named = [...table.matchAll(/^\| `([A-Z][A-Z0-9_]*)`/gm)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(Object.keys(defaults)).toEqual(expect.arrayContaining(named));
  });
});
