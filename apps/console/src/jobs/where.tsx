import type { ReactElement } from 'react';
import type { ListedJob } from '../api/types.ts';

/** Where a job is, in the words that people on the street use. */
export function whereOf({ asset, place, assetId, deviceId }: ListedJob): string {
  if (asset) {
    const { publicNumber, address, district } = asset;
    const name = asset.name ?? asset.assetId;
    const parts = [publicNumber, name, streetBeside(name, address), district];
    return parts.filter((part, index) => part && parts.indexOf(part) === index).join(', ');
  }
  if (place) return [place.name, place.district].filter(Boolean).join(', ') || coordinatesText(place.location);
  return assetId ?? deviceId ?? '';
}

/** The street, unless the name says it itself, as many do: "Papierkorb 38, Hauptstraße 4". */
export function streetBeside(name: string, address: Readonly<Record<string, string>> | null): string | undefined {
  const street = address?.['streetAddress'];
  return street && name.includes(street) ? undefined : street;
}

type Point = NonNullable<ListedJob['asset']>['location'];

export function pointOf({ asset, place }: Pick<ListedJob, 'asset' | 'place'>): Point | null {
  return place?.location ?? asset?.location ?? null;
}

function coordinatesText(point: Point | null): string {
  return point ? `${point.coordinates[1].toFixed(5)}, ${point.coordinates[0].toFixed(5)}` : '';
}

/** RFC 5870: telephones open it in whatever map app is there. */
export function geoLink({ coordinates: [longitude, latitude] }: Point, name: string): string {
  const at = `${latitude.toFixed(6)},${longitude.toFixed(6)}`;
  return `geo:${at}?q=${at}(${encodeURIComponent(name)})`;
}

export function Where({ job }: { readonly job: ListedJob }): ReactElement {
  return <span className="job-where">{whereOf(job)}</span>;
}
