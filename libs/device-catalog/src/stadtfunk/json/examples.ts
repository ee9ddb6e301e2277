import type { Example } from '../../format.ts';

/** One for each kind of asset. */
export const stadtfunkExamples: readonly Example[] = [
  {
    id: 'stadtfunk-json-bin',
    encoding: 'json',
    payload:
      '{"observedAt":"2026-11-21T10:00:00Z","counter":17,"values":{"fillingLevel":0.53,"temperature":8.5,"batteryVoltage":3.6,"rsrp":-98},"history":[{"observedAt":"2026-11-21T09:00:00Z","values":{"fillingLevel":0.52,"temperature":8.1}}]}',
    expected: {
      observedAt: 1795255200000,
      counter: 17,
      kind: 'periodic',
      values: { fillingLevel: 0.53, temperature: 8.5, batteryVoltage: 3.6, rsrp: -98 },
      history: [{ observedAt: 1795251600000, values: { fillingLevel: 0.52, temperature: 8.1 } }],
    },
    source: 'docs/devices.md',
  },
  {
    id: 'stadtfunk-json-parking-event',
    encoding: 'json',
    payload: '{"imei":"490154203237518","kind":"event","values":{"occupancy":true}}',
    expected: { imei: '490154203237518', kind: 'event', values: { occupancy: true }, history: [] },
    source: 'docs/devices.md',
    notes: 'A device without clock: observed when it arrives.',
  },
  {
    id: 'stadtfunk-json-lamp-seconds',
    encoding: 'json',
    payload: '{"observedAt":1795255200,"values":{"illuminanceLevel":0.7,"activePower":26.9,"lampFailure":false}}',
    expected: {
      observedAt: 1795255200000,
      kind: 'periodic',
      values: { illuminanceLevel: 0.7, activePower: 26.9, lampFailure: false },
    },
    source: 'docs/devices.md',
    notes: 'Unix seconds, told by their magnitude.',
  },
];
