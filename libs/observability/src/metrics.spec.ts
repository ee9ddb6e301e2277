import { expect, test } from 'vitest';
import { Metrics } from './metrics.ts';

test('serves what it can while an engine is away', async () => {
  const metrics = new Metrics();
  metrics.gauge('waiting', 'Asks an engine', () => Promise.reject(new Error('away')));
  metrics.gauge('roles', 'Asks nobody', () => 3);
  metrics.gauges('ready', 'By check', 'check', () => Promise.resolve({ records: 1, 'uplink log': 0 }));
  const text = await metrics.text();
  expect(text).toMatch(/stadtfunk_waiting nan/i);
  expect(text).toContain('stadtfunk_roles 3');
  expect(text).toContain('stadtfunk_ready{check="uplink log"} 0');
});
