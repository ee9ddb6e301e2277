import type { Tour, TourStop } from '../tour.ts';

export type ExportLanguage = 'de' | 'en';

export function tourTitle({ number, serviceDay, area }: Tour): string {
  return [`Tour ${number}`, serviceDay, area].filter((part) => part !== null).join(', ');
}

export function addressLine({ address }: TourStop): string {
  const { streetAddress = '', streetNr = '', postalCode = '', addressLocality = '' } = address ?? {};
  return [`${streetAddress} ${streetNr}`.trim(), `${postalCode} ${addressLocality}`.trim()]
    .filter((part) => part !== '')
    .join(', ');
}

/** Degrees to 0.1 m. */
export function degrees(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
