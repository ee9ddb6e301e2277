/**
 * Keys of the query cache. Everything of a kind begins with its name, so that an event of that kind finds it:
 * `['alerts', 'list', filter]`, `['alerts', 'one', id]`.
 */
export const queryKeys = {
  alerts: (filter: object) => ['alerts', 'list', filter] as const,
  alert: (alertId: string) => ['alerts', 'one', alertId] as const,
  jobs: (filter: object) => ['jobs', 'list', filter] as const,
  job: (jobId: string) => ['jobs', 'one', jobId] as const,
  assets: (filter: object) => ['assets', 'list', filter] as const,
  asset: (assetId: string) => ['assets', 'one', assetId] as const,
  devices: (filter: object) => ['devices', 'list', filter] as const,
  device: (deviceId: string) => ['devices', 'one', deviceId] as const,
  departments: ['departments'] as const,
  situation: ['situation'] as const,
};
