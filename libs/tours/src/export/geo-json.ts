import type { Position } from '../position.ts';
import type { Tour, TourStop } from '../tour.ts';
import { degrees, tourTitle } from './words.ts';

const coordinates = ({ longitude, latitude }: Position) => [degrees(longitude), degrees(latitude)];

/** A tour as a feature collection (RFC 7946): the way, straight from stop to stop, then the stops in order. */
export function tourGeoJson(tour: Tour) {
  const depot = tour.depot ? [coordinates(tour.depot)] : [];
  const way = [...depot, ...tour.stops.map(({ position }) => coordinates(position)), ...depot];
  return {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        id: tour.tourId,
        // A line has two points or more (3.1.4).
        geometry: way.length < 2 ? null : { type: 'LineString', coordinates: way },
        properties: {
          title: tourTitle(tour),
          department: tour.department,
          serviceDay: tour.serviceDay,
          crew: tour.crew,
          assignee: tour.assignee,
          lengthM: Math.round(tour.lengthM),
        },
      },
      ...tour.stops.map(toFeature),
    ],
  };
}

function toFeature(stop: TourStop, index: number) {
  const { jobId, number, title, priority, assetId, name, fillingLevel } = stop;
  return {
    type: 'Feature',
    id: jobId,
    geometry: { type: 'Point', coordinates: coordinates(stop.position) },
    properties: { stop: index + 1, number, title, priority, assetId, name, fillingLevel },
  };
}
