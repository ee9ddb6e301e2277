import { describe, expect, it } from 'vitest';
import type { Tour, TourStop } from '../tour.ts';
import { csvOf } from './csv.ts';
import { tourGeoJson } from './geo-json.ts';
import { tourGpx } from './gpx.ts';
import { tourCsv } from './tour-csv.ts';

const STOP: TourStop = {
  ...{ jobId: 'job-1', number: 17, title: { de: 'Leuchte & Mast <prüfen>', en: 'Check lamp' }, priority: 'high' },
  ...{ state: 'open', dueAt: Date.UTC(2026, 10, 24, 9), assetId: 'lamp-1', name: 'Am Markt; "Ecke"' },
  address: { streetAddress: 'Am Markt', streetNr: '5', postalCode: '63450', addressLocality: 'Hanau' },
  ...{ position: { longitude: 8.91670004, latitude: 50.1331 }, fillingLevel: 0.875 },
};
const TOUR: Tour = {
  ...{ tourId: 'tour-1', number: 3, department: 'lighting', area: 'Mitte', serviceDay: '2026-11-24' },
  ...{
    state: 'planned',
    crew: 'emptying',
    assignee: null,
    depot: { longitude: 8.9, latitude: 50.1 },
    formerJobIds: [],
    lengthM: 812.4,
  },
  stops: [STOP, { ...STOP, jobId: 'job-2', number: 18, name: null, address: null, fillingLevel: null, dueAt: null }],
  ...{ createdAt: Date.UTC(2026, 10, 23, 8), createdBy: 'Anna Weber', version: 1 },
};

describe('A tour as GPX', () => {
  it('is a route with the depot at both ends, in the order of the schema', () => {
    const gpx = tourGpx(TOUR, 'de');
    expect(gpx).toContain('<gpx version="1.1" creator="Stadtfunk" xmlns="http://www.topografix.com/GPX/1/1">');
    expect(gpx).toContain(
      '<rtept lat="50.1331" lon="8.9167"><name>#17</name><cmt>Am Markt; "Ecke", Am Markt 5, 63450 Hanau</cmt>' +
        '<desc>Leuchte &amp; Mast &lt;prüfen&gt;</desc><type>high</type></rtept>',
    );
    expect([...gpx.matchAll(/<name>([^<]*)<\/name>/g)].map(([, name]) => name)).toEqual([
      ...['Tour 3, 2026-11-24, Mitte', 'Tour 3, 2026-11-24, Mitte'],
      ...['Betriebshof', '#17', '#18', 'Betriebshof'],
    ]);
    expect(tourGpx({ ...TOUR, depot: null }, 'en')).not.toContain('Depot');
  });

  it('is well formed whatever a name holds', () => {
    const name = 'a\u0000b\u001f]]>&\ud800c\ufffe😀';
    const gpx = tourGpx({ ...TOUR, stops: [{ ...STOP, name }] }, 'de');
    const texts = gpx.replace(/<[^<>&]*>/g, '').replace(/&(?:amp|lt|gt);/g, '');
    // What XML 1.0 cannot hold (2.2), and what would begin something.
    expect(texts).not.toMatch(/[<>&]|[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
    expect(gpx.match(/<rtept /g)).toHaveLength(3);
    expect(gpx.match(/<\/rtept>/g)).toHaveLength(3);
    expect(gpx).toContain('a\ufffdb\ufffd]]&gt;&amp;\ufffdc\ufffd😀');
  });
});

describe('A tour as GeoJSON', () => {
  it('is the way and the stops, longitude first', () => {
    const { type, features } = tourGeoJson(TOUR);
    expect(type).toBe('FeatureCollection');
    expect(features.map(({ geometry }) => geometry)).toEqual([
      {
        type: 'LineString',
        coordinates: [
          [8.9, 50.1],
          [8.9167, 50.1331],
          [8.9167, 50.1331],
          [8.9, 50.1],
        ],
      },
      { type: 'Point', coordinates: [8.9167, 50.1331] },
      { type: 'Point', coordinates: [8.9167, 50.1331] },
    ]);
    expect(features[1]).toMatchObject({ id: 'job-1', properties: { stop: 1, number: 17, fillingLevel: 0.875 } });
    expect(tourGeoJson({ ...TOUR, depot: null, stops: [STOP] }).features[0]?.geometry).toBeNull();
  });
});

describe('A tour as CSV', () => {
  it('is a table that a German spreadsheet opens', () => {
    const csv = tourCsv(TOUR, 'de', (time) => new Date(time).toISOString().slice(0, 16));
    expect(csv.split('\r\n')).toEqual([
      '\ufeffHalt;Auftrag;Titel;Priorität;Fällig;Anlage;Name;Adresse;Füllstand %;Breite;Länge',
      '1;17;Leuchte & Mast <prüfen>;high;2026-11-24T09:00;lamp-1;"Am Markt; ""Ecke""";"Am Markt 5, 63450 Hanau";88;50,1331;8,9167',
      '2;18;Leuchte & Mast <prüfen>;high;;lamp-1;;;;50,1331;8,9167',
      '',
    ]);
    expect(tourCsv(TOUR, 'en', String)).toContain('Stop;Job;Title');
  });

  it('has no formulas, whoever wrote a text', () => {
    const texts = ['=1+1', '+49', '-x', '@SUM(A1)', '\t=1', ' =1', '\r=1', '＝1', 'a=1', '1-2'];
    const cells = texts.map((text) =>
      csvOf([[text]])
        .slice(1, -2)
        .replace(/^"|"$/g, ''),
    );
    expect(cells.map((cell) => cell.startsWith("'"))).toEqual([...Array<boolean>(8).fill(true), false, false]);
    expect(csvOf([[-1.5, null, 'x']])).toBe('\ufeff-1,5;;x\r\n');
  });
});
