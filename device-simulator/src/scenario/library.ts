import type { ScenarioSource } from './scenario-reader.ts';

const files = import.meta.glob<string>('../../scenarios/*.yaml', { query: '?raw', import: 'default', eager: true });

/** The scenarios that come along, by name. */
export const SCENARIO_LIBRARY: ReadonlyMap<string, ScenarioSource> = new Map(
  Object.entries(files)
    .map(([path, text]): readonly [string, ScenarioSource] => {
      const file = path.split('/').at(-1)!;
      return [file.replace(/\.yaml$/, ''), { file: `device-simulator/scenarios/${file}`, text }];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);
