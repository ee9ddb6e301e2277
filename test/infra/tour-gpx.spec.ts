import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tourGpx, type Tour, type TourStop } from '@stadtfunk/tours';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './tools.ts';

const schema = join(import.meta.dirname, 'gpx.xsd');
const STOP: TourStop = {
  ...{ jobId: 'job-1', number: 17, title: { de: 'Leuchte & Mast <prüfen>', en: 'Check lamp' }, priority: 'high' },
  ...{ state: 'open', dueAt: Date.UTC(2026, 10, 24, 9), assetId: 'lamp-1', name: 'Am Markt; "Ecke"' },
  address: { streetAddress: 'Am Markt', streetNr: '5', postalCode: '63450', addressLocality: 'Hanau' },
  ...{ position: { longitude: 8.91670004, latitude: 50.1331 }, fillingLevel: 0.875 },
};
const TOUR: Tour = {
  ...{ tourId: 'tour-1', number: 3, department: 'lighting', area: 'Mitte', serviceDay: '2026-11-24' },
  ...{ state: 'planned', crew: null, assignee: null, depot: { longitude: 8.9, latitude: 50.1 }, formerJobIds: [] },
  ...{ lengthM: 812.4, stops: [STOP, { ...STOP, jobId: 'job-2', number: 18, name: null, address: null }] },
  ...{ createdAt: Date.UTC(2026, 10, 23, 8), createdBy: 'Anna Weber', version: 1 },
};

describe('the GPX of a tour', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stadtfunk-gpx-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const validate = (gpx: string) => {
    const file = join(folder, 'tour.gpx');
    writeFileSync(file, gpx);
    return run('xmllint', ['--noout', '--nonet', '--schema', schema, file]);
  };
  const at = (latitude: number, longitude: number): Tour => ({
    ...TOUR,
    stops: [{ ...STOP, position: { latitude, longitude } }],
  });

  it.each([
    ['with a depot', TOUR],
    ['without one', { ...TOUR, depot: null }],
    [
      'with names that hold anything',
      { ...TOUR, area: ']]>&<', stops: [{ ...STOP, name: 'a\u0000b\ud800c\ufffe😀' }] },
    ],
    ['that is near the pole', at(-89.9999999, 1e-9)],
    ['on the equator', at(-1e-9, -179.9999)],
  ] as const)('of one %s is valid, in both languages', (_what, tour) => {
    for (const language of ['de', 'en'] as const) {
      expect(validate(tourGpx(tour, language))).toMatchObject({ status: 0 });
    }
  });

  it('would be found out if its elements were in another order, or its numbers no decimals', () => {
    const gpx = tourGpx(TOUR, 'de');
    const broken = [
      gpx.replace(/(<cmt>.*?<\/cmt>)(<desc>.*?<\/desc>)/, '$2$1'),
      gpx.replace('lat="50.1331"', 'lat="5e1"'),
      gpx.replace('lon="8.9167"', 'lon="180"'),
      gpx.replace('Z</time>', '+01:00</time>'),
      gpx.replace('&amp;', '&'),
      gpx.replace('http://www.topografix.com/GPX/1/1"', 'http://www.topografix.com/GPX/1/0"'),
    ];
    expect(new Set([...broken, gpx]).size).toBe(broken.length + 1);
    for (const each of broken) expect(validate(each).status, each.slice(0, 400)).not.toBe(0);
  });
});
