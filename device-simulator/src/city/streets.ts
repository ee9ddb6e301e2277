/** What goes on in a street: decides how bins fill, who parks, how lamps dim. Our own attribute `streetType` of an asset. */
export const STREET_TYPES = ['residential', 'shopping', 'arterial', 'industrial'] as const;
export type StreetType = (typeof STREET_TYPES)[number];

export interface Street {
  readonly name: string;
  readonly type: StreetType;
}

export interface District {
  readonly name: string;
  /** About its middle, WGS 84. */
  readonly latitude: number;
  readonly longitude: number;
  readonly streets: readonly Street[];
}

/** What is known of a city before anything stands in it. */
export interface CityMap {
  readonly name: string;
  readonly country: string;
  readonly districts: readonly District[];
}
