import type { Position, Tour, TourStop } from '@stadtfunk/tours';
import { isoOf, isoOrNull } from '../schemas.ts';

export function toPoint({ longitude, latitude }: Position) {
  return { type: 'Point' as const, coordinates: [longitude, latitude] as [number, number] };
}

export function toPosition({
  coordinates: [longitude, latitude],
}: {
  coordinates: readonly [number, number];
}): Position {
  return { longitude, latitude };
}

export function toTourBody({ depot, stops, formerJobIds, lengthM, createdAt, ...same }: Tour) {
  return {
    ...same,
    depot: depot && toPoint(depot),
    stops: stops.map(toStopBody),
    formerJobIds: [...formerJobIds],
    length: Math.round(lengthM),
    createdAt: isoOf(createdAt),
  };
}

function toStopBody({ position, dueAt, address, ...same }: TourStop) {
  return { ...same, address: address && { ...address }, dueAt: isoOrNull(dueAt), location: toPoint(position) };
}
