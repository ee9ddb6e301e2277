import type { RuleSet } from '@stadtfunk/rules';

/** What a backtest of these rules could not know, in plain words. Only what bears on them. */
export function notModelledBy({ rules }: RuleSet): readonly string[] {
  const isSilence = rules.some(({ condition }) => condition.kind === 'silent');
  const makesJobs = rules.some(({ job }) => job !== null);
  return [
    'What devices and assets were then: attributes, districts and reporting intervals are those of today.',
    'Readings that are not stored any more, and what was observed before the warm-up: windows, forecasts and learned intervals begin empty there.',
    ...(isSilence
      ? [
          'Our own outages: devices look silent in them.',
          'Contact without a stored reading, but for the last contact of each device: a device may look more silent than it was.',
        ]
      : []),
    ...(makesJobs
      ? [
          'People: each job is taken as confirmed by the sensor when its alert ends; nobody shelves, closes or announces maintenance.',
        ]
      : []),
  ];
}
