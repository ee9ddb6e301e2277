import { describeProblem } from '@stadtfunk/yaml';
import { describe, expect, it } from 'vitest';
import { SCENARIO_LIBRARY } from './library.ts';
import { readScenario } from './scenario-reader.ts';

describe('the scenarios that come along', () => {
  it('are a library', () => {
    expect([...SCENARIO_LIBRARY.keys()]).toEqual(expect.arrayContaining(['bin-fire', 'dst-night', 'reconnect-storm']));
    expect(SCENARIO_LIBRARY.size).toBeGreaterThanOrEqual(15);
  });

  it.each([...SCENARIO_LIBRARY])('have %s without a mistake, called as its file', (name, source) => {
    const read = readScenario(source);
    expect(read.ok ? [] : read.error.map(describeProblem)).toEqual([]);
    expect(read.ok && read.value.name).toBe(name);
  });
});
