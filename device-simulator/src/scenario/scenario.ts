import type { DisturbanceKind } from '../world/disturbance.ts';

/** How many things of each kind the city has. */
export interface FleetSize {
  readonly bins: number;
  readonly parkingSpots: number;
  readonly streetLights: number;
}

/** Whom a fault concerns; all that is given has to fit. */
export interface FaultFilter {
  readonly asset?: string;
  readonly district?: string;
  readonly cabinet?: string;
  readonly model?: string;
  /** Devices only: what they sit on. */
  readonly on?: 'bin' | 'spot' | 'lamp';
}

/** How many of those that fit. Neither: all of them. */
export type FaultExtent = { readonly count: number } | { readonly share: number } | Record<never, never>;

/** When it happens: once, at a moment (ms after the start) or within some time after it, or again and again by chance. */
export type FaultTime = { readonly atMs: number; readonly spreadMs: number } | { readonly perYear: number };

/** Something that goes wrong by order of the scenario. */
export interface FaultOrder {
  readonly kind: DisturbanceKind;
  readonly target: FaultFilter;
  readonly extent: FaultExtent;
  readonly time: FaultTime;
  /** How long it lasts, ms: anything between. */
  readonly lastsMs: readonly [least: number, most: number];
  readonly parameters: Readonly<Record<string, number | boolean>>;
}

/** How the weather differs from what is usual on these days. */
export interface WeatherChange {
  /** °C more than usual. */
  readonly warmer: number;
  /** On the ground, cm; null: as it comes. */
  readonly snowCm: number | null;
}

/** A story of a city, as its file tells it. */
export interface Scenario {
  readonly name: string;
  readonly title: { readonly de: string; readonly en: string };
  readonly description: { readonly de: string; readonly en: string };
  /** UTC ms. */
  readonly startAt: number;
  /** IANA time zone of the city. */
  readonly zone: string;
  readonly durationMs: number;
  readonly fleet: FleetSize | { readonly import: string };
  readonly seed: number;
  /** How many times faster than life; max: as fast as it goes. */
  readonly speed: number | 'max';
  readonly weather: WeatherChange;
  readonly faults: readonly FaultOrder[];
  /** What stands for it where there is little time. */
  readonly short: { readonly durationMs: number; readonly fleet: FleetSize };
}
