import { describe, expect, it } from 'vitest';
import { MemoryTruthLog } from '../../truth/memory-truth-log.ts';
import { buildCity } from '../build-city.ts';
import { assetsFromCsv } from './csv.ts';
import { assetsFromGeoJson } from './geo-json.ts';

const HEADER = 'type;assetId;latitude;longitude;district;streetType;refStreetlightControlCabinet;powerRating;Bemerkung';

function csv(...rows: readonly string[]) {
  const read = assetsFromCsv([HEADER, ...rows].join('\r\n'));
  if (!read.ok) throw new Error(read.error.detail);
  return read.value;
}

describe('assets from CSV', () => {
  it('are read as German spreadsheets write them, and columns that mean nothing are told', () => {
    const { assets, errors, ignored } = csv(
      'StreetlightControlCabinet;S-1;50,1;8,9;Mitte;;;;',
      'Streetlight;L-1;50,1001;8,9002;"Mitte; Süd";shopping;S-1;52,5;"mit ""Schild"""',
      '',
      'wastecontainer;;50.2;8.8;;;;;',
    );
    expect(errors).toEqual([]);
    expect(ignored).toEqual(['Bemerkung']);
    expect(assets).toEqual([
      {
        assetId: 'S-1',
        type: 'StreetlightControlCabinet',
        name: 'S-1',
        location: { type: 'Point', coordinates: [8.9, 50.1] },
        district: 'Mitte',
      },
      {
        assetId: 'L-1',
        type: 'Streetlight',
        name: 'L-1',
        location: { type: 'Point', coordinates: [8.9002, 50.1001] },
        district: 'Mitte; Süd',
        streetType: 'shopping',
        refStreetlightControlCabinet: 'S-1',
        powerRating: 52.5,
      },
      {
        assetId: 'behaelter-0005',
        type: 'WasteContainer',
        name: 'behaelter-0005',
        location: { type: 'Point', coordinates: [8.8, 50.2] },
        district: 'ohne Bezirk',
      },
    ]);
  });

  it('leave out rows that are wrong, and say where and why', () => {
    const { assets, errors } = csv(
      'Bench;B-1;50;8;;;;;',
      'Streetlight;L-1;500;8;;;;;',
      'Streetlight;L-2;50;8;;;S-9;;',
      'Streetlight;L-3;50;8;;Autobahn;;viel;',
      'Streetlight;L-4;50;8;;;;;',
      'Streetlight;L-4;50;8;;;;;',
      'Streetlight;L-5;50;8;;;;;;;;',
      ';L-6;50;8;;;;;',
      'Streetlight;"L-7',
    );
    expect(assets.map(({ assetId }) => assetId)).toEqual(['L-4']);
    expect(errors.map(({ row, column, code }) => [row, column, code])).toEqual([
      [2, 'type', 'value.unknown'],
      [3, 'location', 'value.number'],
      [4, 'refStreetlightControlCabinet', 'asset.unknownCabinet'],
      [5, 'streetType', 'value.unknown'],
      [5, 'powerRating', 'value.number'],
      [7, 'assetId', 'asset.doubled'],
      [8, null, 'row.malformed'],
      [9, 'type', 'value.missing'],
      [10, null, 'row.malformed'],
    ]);
  });

  it('are refused without the columns that everything needs', () => {
    expect(assetsFromCsv('')).toMatchObject({ error: { code: 'file.empty' } });
    expect(assetsFromCsv('type,latitude\n')).toMatchObject({
      error: { code: 'file.columns', detail: 'columns missing: longitude' },
    });
    expect(assetsFromCsv('type,latitude,longitude,type\n')).toMatchObject({ error: { detail: 'column twice: type' } });
  });
});

describe('assets from GeoJSON', () => {
  const feature = (properties: unknown, geometry: unknown = { type: 'Point', coordinates: [8.9, 50.1] }, id = 'x') => ({
    type: 'Feature',
    id,
    properties,
    geometry,
  });
  const read = (...features: readonly unknown[]) =>
    assetsFromGeoJson(JSON.stringify({ type: 'FeatureCollection', features }));

  it('are read with the feature id as their own', () => {
    expect(read(feature({ type: 'ParkingSpot', maximumParkingDuration: 'PT2H', category: ['onStreet'] }))).toEqual({
      ok: true,
      value: {
        assets: [
          {
            assetId: 'x',
            type: 'ParkingSpot',
            name: 'x',
            location: { type: 'Point', coordinates: [8.9, 50.1] },
            district: 'ohne Bezirk',
            maximumParkingDuration: 'PT2H',
            category: ['onStreet'],
          },
        ],
        errors: [],
        errorCount: 0,
        ignored: [],
      },
    });
  });

  it('leave out what is no point, has no properties, or is nowhere', () => {
    const outcome = read(
      feature({ type: 'ParkingSpot' }, { type: 'Polygon', coordinates: [] }),
      feature(null),
      feature({ type: 'ParkingSpot', maximumParkingDuration: 'two hours' }, { type: 'Point', coordinates: [8.9, 'x'] }),
      'nonsense',
    );
    expect(outcome.ok && outcome.value.errors.map(({ row, code }) => [row, code])).toEqual([
      [1, 'location.noPoint'],
      [2, 'row.malformed'],
      [3, 'location.range'],
      [3, 'value.duration'],
      [4, 'row.malformed'],
    ]);
  });

  it('are refused when they are no collection', () => {
    expect(assetsFromGeoJson('{')).toMatchObject({ error: { code: 'file.notJson' } });
    expect(assetsFromGeoJson('[]')).toMatchObject({ error: { code: 'file.malformed' } });
    expect(assetsFromGeoJson('{"type":"FeatureCollection"}')).toMatchObject({ error: { code: 'file.malformed' } });
  });
});

describe('an imported city', () => {
  it('has a device on everything but its cabinets, with what the assets say', () => {
    const { assets } = csv(
      'StreetlightControlCabinet;S-1;50.1;8.9;;;;;',
      'WasteContainer;W-1;50.1;8.9;;;;;',
      'Streetlight;L-1;50.1;8.9;;;S-1;80;',
      'Streetlight;L-2;50.1;8.9;;;;;',
    );
    const city = buildCity({ seed: 1, assets, from: 0, truth: new MemoryTruthLog() });
    expect(city.cabinets.map(({ asset }) => asset.assetId)).toEqual(['S-1']);
    expect(city.devices.map(({ spec, asset }) => [spec.deviceId, spec.model, asset.assetId])).toEqual([
      ['nb-W-1', 'dragino-ndds75', 'W-1'],
      ['nb-L-1', 'ucifi-streetlight', 'L-1'],
      ['nb-L-2', 'ucifi-streetlight', 'L-2'],
    ]);
    expect(city.devices[1]).toMatchObject({ kind: 'lamp', ratedW: 80 });
    expect(city.devices[2]).toMatchObject({ kind: 'lamp', ratedW: 50 });
  });
});
