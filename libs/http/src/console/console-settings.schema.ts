import { z } from 'zod';
import { operation } from '../operation.ts';

const link = z.string().nullable();

export const showConsoleSettings = operation({
  summary: 'What the console has to know of this installation before anybody has signed in',
  tag: 'console',
  access: 'anyone',
  answer: {
    status: 200,
    schema: z
      .strictObject({
        zone: z.string().describe('IANA zone in which times are shown'),
        map: z.strictObject({
          url: link.describe('of a MapLibre style, or of raster tiles with {z}, {x} and {y}; null: none'),
          attribution: link.describe('to whom raster tiles are owed'),
          schematic: z.boolean().describe('whether /api/v1/base-map has a schematic map'),
        }),
        links: z.strictObject({
          accessibilityFeedback: link.describe('where barriers are reported: https: or mailto:'),
          legalNotice: link,
          privacy: link,
        }),
      })
      .meta({ id: 'ConsoleSettings' }),
  },
});

export const showBaseMap = operation({
  summary:
    'A schematic base map: GeoJSON features whose property `kind` is district, water, street or park, with `name` where they have one',
  tag: 'situation',
  answer: { status: 200, schema: null, mediaType: 'application/geo+json' },
  problems: { 404: 'this installation has none' },
});
