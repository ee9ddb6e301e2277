import { rulesOf } from '@stadtfunk/rules/testing';
import { describe, expect, it } from 'vitest';
import type { HeardUplink } from './heard-uplink.ts';
import { RecordedCity } from './recorded-city.ts';
import { recordingLines } from './recording-lines.ts';
import { runBacktest } from './run-backtest.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 1, 12);
const isoOf = (time: number) => new Date(time).toISOString();
const asset = (assetId: string) => ({
  assetId,
  type: 'WasteContainer',
  location: { type: 'Point', coordinates: [8.9, 50.1] },
});
const device = (deviceId: string, more: object = {}) => ({
  type: 'device',
  deviceId,
  model: 'stadtfunk-json',
  reportingInterval: 'PT1H',
  asset: asset(`bin-of-${deviceId}`),
  ...more,
});
const uplink = (deviceId: string, receivedAt: number, fillingLevel: number, more: object = {}) => ({
  type: 'uplink',
  deviceId,
  receivedAt: isoOf(receivedAt),
  readings: [{ observedAt: isoOf(receivedAt - 2_000), values: { fillingLevel }, ...more }],
});
const textOf = (...lines: readonly (object | string)[]) =>
  lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');

/** As a file gives it, a few bytes at a time, which cut characters and lines anywhere. */
async function* chunksOf(bytes: Uint8Array, size: number) {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
const linesOf = (recording: string | Uint8Array, size = 1 << 16) =>
  recordingLines(chunksOf(typeof recording === 'string' ? new TextEncoder().encode(recording) : recording, size));

async function read(recording: string | Uint8Array, size?: number) {
  const city = new RecordedCity();
  const batches: (readonly HeardUplink[])[] = [];
  const seen: (string | null | undefined)[] = [];
  for await (const batch of city.uplinks(linesOf(recording, size))) {
    batches.push(batch);
    for (const { deviceId, receivedAt } of batch) seen.push(city.at(deviceId, receivedAt)?.asset?.assetId);
  }
  return { city, batches, uplinks: batches.flat(), assets: seen };
}

describe('a recording', () => {
  it('tells what devices are and what was heard, whatever the pieces in which it is read', async () => {
    const moved = device('straße-🗑', { asset: { ...asset('bin-ü'), district: 'Großauheim' } });
    const recording = textOf(moved, uplink('straße-🗑', NOON, 0.4), uplink('straße-🗑', NOON, 0.5));
    const whole = await read(recording);
    expect(whole.uplinks).toEqual([
      {
        deviceId: 'straße-🗑',
        receivedAt: NOON,
        readings: [
          {
            ...{ deviceId: 'straße-🗑', assetId: 'bin-ü', observedAt: NOON - 2_000, receivedAt: NOON },
            ...{ clock: 'ok', quality: 4, values: { fillingLevel: 0.4 } },
          },
        ],
      },
      expect.objectContaining({ receivedAt: NOON }),
    ]);
    for (const size of [1, 2, 3, 7]) expect((await read(recording, size)).uplinks).toEqual(whole.uplinks);
    expect((await read(`\uFEFF${recording.replaceAll('\n', '\r\n')}\r\n\r\n  \n`)).uplinks).toEqual(whole.uplinks);
    expect(whole.city.at('straße-🗑', NOON)).toMatchObject({
      reportingIntervalMs: HOUR,
      asset: { assetId: 'bin-ü', district: 'Großauheim' },
    });
  });

  it('gives each uplink to the asset on which its device sat by then, and tells of no other', async () => {
    const { assets, uplinks } = await read(
      textOf(
        device('nb-1', { asset: asset('bin-1') }),
        uplink('nb-1', NOON, 0.4),
        device('nb-1', { asset: asset('bin-2') }),
        uplink('nb-1', NOON + HOUR, 0.5),
        uplink('nb-1', NOON + 2 * HOUR, 0.6, { assetId: 'bin-1' }),
        device('nb-1', { asset: null, lifecycle: 'retired' }),
        uplink('nb-1', NOON + 3 * HOUR, 0.7),
      ),
    );
    expect(assets).toEqual(['bin-1', 'bin-2', 'bin-2', undefined]);
    expect(uplinks.map(({ readings }) => readings.map(({ assetId }) => assetId))).toEqual([
      ['bin-1'],
      ['bin-2'],
      // Of the asset before, told late: contact, and no more.
      [],
      [null],
    ]);
  });

  it('passes over what is for others, and keeps a batch small', async () => {
    const many = Array.from({ length: 2_500 }, (_, index) => uplink('nb-1', NOON + index, 0.1));
    const { batches } = await read(
      textOf({ type: 'truth', leak: true }, device('nb-1'), { type: '__proto__' }, ...many),
    );
    expect(batches.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
    expect((await read('')).uplinks).toEqual([]);
  });

  it.each<[string, RegExp, readonly (object | string)[]]>([
    ['is cut off', /^line 2: not JSON$/, [device('nb-1'), '{"type":"uplink","dev']],
    ['is a list', /^line 1: no type$/, ['[1,2]']],
    ['is null', /^line 1: no type$/, ['null']],
    ['is a number', /^line 1: no type$/, ['7']],
    ['has a type that is no text', /^line 1: no type$/, [{ type: ['uplink'] }]],
    [
      'is of a device that nobody told of',
      /^line 2: nothing was said before of the device 'nb-2'$/,
      [device('nb-1'), uplink('nb-2', NOON, 0.1)],
    ],
    [
      'goes back in time',
      /^line 3: it was received before the one above$/,
      [device('nb-1'), uplink('nb-1', NOON, 0.1), uplink('nb-1', NOON - 1, 0.1)],
    ],
    [
      'has a local time',
      /^line 2: receivedAt: /,
      [device('nb-1'), { ...uplink('nb-1', NOON, 0.1), receivedAt: '2026-11-01T06:00:00' }],
    ],
    [
      'has a day that there is not',
      /^line 2: receivedAt: /,
      [device('nb-1'), { ...uplink('nb-1', NOON, 0.1), receivedAt: '2026-02-30T06:00:00Z' }],
    ],
    ['has no readings', /^line 2: readings: /, [device('nb-1'), { ...uplink('nb-1', NOON, 0.1), readings: {} }]],
    [
      'has an unknown quantity',
      /^line 2: readings\.0\.values: no quantity 'fullness'/,
      [device('nb-1'), uplink('nb-1', NOON, 0.1, { values: { fullness: 1 } })],
    ],
    [
      'has a quantity of no object',
      /^line 2: readings\.0\.values: no quantity 'constructor'/,
      [device('nb-1'), uplink('nb-1', NOON, 0.1, { values: { constructor: 1 } })],
    ],
    [
      'has a flag that is a number',
      /^line 2: readings\.0\.values: no quantity 'occupancy'/,
      [device('nb-1'), uplink('nb-1', NOON, 0.1, { values: { occupancy: 1 } })],
    ],
    [
      'has a number beyond all',
      /^line 2: readings\.0\.values/,
      [device('nb-1'), JSON.stringify(uplink('nb-1', NOON, 7)).replace(':7}', ':1e999}')],
    ],
    ['has no device', /^line 1: deviceId: /, [device('')]],
    ['has a device with too long a name', /^line 1: deviceId: /, [device('x'.repeat(129))]],
    [
      'has a rhythm that is none',
      /^line 1: reportingInterval: must be an ISO 8601 duration$/,
      [device('nb-1', { reportingInterval: '1h' })],
    ],
    [
      'has an asset beyond the poles',
      /^line 1: asset\.location\.coordinates/,
      [device('nb-1', { asset: { ...asset('b'), location: { type: 'Point', coordinates: [8, 91] } } })],
    ],
  ])('that %s is refused with the line', async (_what, detail, lines) => {
    await expect(read(textOf(...lines))).rejects.toMatchObject({
      code: 'recording.invalid',
      message: expect.stringMatching(detail) as string,
    });
  });

  it('gives what was heard before the line that is wrong, and nothing behind it', async () => {
    const city = new RecordedCity();
    const heard: number[] = [];
    const reading = async () => {
      const text = textOf(device('nb-1'), uplink('nb-1', NOON, 0.1), device('nb-1'), '{', uplink('nb-1', NOON, 0.1));
      for await (const batch of city.uplinks(linesOf(text))) heard.push(batch.length);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'recording.invalid' });
    expect(heard).toEqual([1]);
  });

  it('that is no text is refused: other encodings, bytes of a compressed file, a character that is cut off', async () => {
    const text = textOf(device('nb-1'), uplink('nb-1', NOON, 0.1));
    const latin1 = Buffer.from(text.replaceAll('nb-1', 'straße'), 'latin1');
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const gzip = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff);
    const cut = Buffer.from(`${text}\nä`).subarray(0, -1);
    for (const bytes of [latin1, utf16, gzip, cut]) {
      const refused = expect.stringMatching(/^line \d or one soon after: not UTF-8$/) as string;
      await expect(read(bytes)).rejects.toMatchObject({ code: 'recording.invalid', message: refused });
    }
  });

  it('with a line that does not end is given up soon', async () => {
    let given = 0;
    async function* endless() {
      for (;;) {
        given++;
        yield new Uint8Array(1 << 16).fill(0x20);
      }
    }
    const reading = new RecordedCity().uplinks(recordingLines(endless())).next();
    await expect(reading).rejects.toMatchObject({ message: 'line 1: longer than 1000000 characters' });
    expect(given).toBe(16);
  });

  it('with a gap in it has its devices silent, up to the end of the period', async () => {
    const rules = rulesOf(
      'version: "1"\nrules:\n  - { id: d.silent, subject: device, silent: { intervals: 3, margin: PT0S }, severity: minor, title: { de: S, en: S } }\n',
    );
    const city = new RecordedCity();
    const outcome = await runBacktest({
      ...{ rules, against: null, from: NOON, to: NOON + 96 * HOUR, subjects: city, mostAlerts: 10, sliceSize: 10 },
      ...{ takeTurns: () => Promise.resolve(), mayGoOn: () => null },
      uplinks: city.uplinks(
        linesOf(textOf(device('nb-1'), uplink('nb-1', NOON, 0.1), uplink('nb-1', NOON + 10 * HOUR, 0.1))),
      ),
    });
    expect(outcome.ok && outcome.value.alerts).toMatchObject([
      { raisedAt: NOON + 3 * HOUR, clearedAt: NOON + 10 * HOUR },
      { clearedAt: null },
    ]);
  });
});
