import type { CityMap, Street, StreetType } from './streets.ts';

const streets = (type: StreetType, ...names: readonly string[]): readonly Street[] =>
  names.map((name) => ({ name, type }));

/** Districts and streets are real; the places within them and what goes on in a street are made up. */
export const HANAU: CityMap = {
  name: 'Hanau',
  country: 'DE',
  districts: [
    {
      name: 'Innenstadt',
      latitude: 50.1335,
      longitude: 8.9165,
      streets: [...streets('shopping', 'Nürnberger Straße', 'Hammerstraße', 'Am Markt', 'Krämerstraße')],
    },
    {
      name: 'Lamboy',
      latitude: 50.144,
      longitude: 8.933,
      streets: [
        ...streets('arterial', 'Lamboystraße'),
        ...streets('residential', 'Karl-Marx-Straße', 'Chemnitzer Straße'),
      ],
    },
    {
      name: 'Kesselstadt',
      latitude: 50.129,
      longitude: 8.89,
      streets: [
        ...streets('residential', 'Kastanienallee', 'Weststadtstraße'),
        ...streets('arterial', 'Philippsruher Allee'),
      ],
    },
    {
      name: 'Steinheim',
      latitude: 50.113,
      longitude: 8.911,
      streets: [
        ...streets('residential', 'Ludwigstraße', 'Ludwig-Philipp-Straße'),
        ...streets('arterial', 'Darmstädter Straße'),
      ],
    },
    {
      name: 'Klein-Auheim',
      latitude: 50.099,
      longitude: 8.929,
      streets: [...streets('arterial', 'Seligenstädter Straße'), ...streets('residential', 'Schönfelder Straße')],
    },
    {
      name: 'Großauheim',
      latitude: 50.106,
      longitude: 8.947,
      streets: [
        ...streets('shopping', 'Hauptstraße'),
        ...streets('arterial', 'Auheimer Straße'),
        ...streets('residential', 'Waldstraße'),
      ],
    },
    {
      name: 'Wolfgang',
      latitude: 50.121,
      longitude: 8.962,
      streets: [...streets('industrial', 'Rodenbacher Chaussee'), ...streets('arterial', 'Aschaffenburger Straße')],
    },
    {
      name: 'Hohe Tanne',
      latitude: 50.156,
      longitude: 8.875,
      streets: [...streets('arterial', 'Hochstädter Landstraße'), ...streets('residential', 'Amselweg')],
    },
    {
      name: 'Mittelbuchen',
      latitude: 50.172,
      longitude: 8.905,
      streets: [...streets('residential', 'Kesselstädter Straße', 'Wachenbucher Straße')],
    },
  ],
};
