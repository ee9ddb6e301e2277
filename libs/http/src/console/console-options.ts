/** What this installation wants of its console. */
export interface ConsoleOptions {
  /** URL of a MapLibre style, or of raster tiles with `{z}`, `{x}` and `{y}`; null: none. */
  readonly mapUrl: string | null;
  /** To whom that map is owed, for raster tiles: a style says so itself. */
  readonly mapAttribution: string | null;
  /** The schematic base map, as GeoJSON; undefined: there is none. */
  readonly schematicMap: () => Promise<string | undefined>;
  /** `https:` or `mailto:`; null: none. */
  readonly accessibilityFeedbackUrl: string | null;
  readonly legalNoticeUrl: string | null;
  readonly privacyUrl: string | null;
}

export const NO_CONSOLE_OPTIONS: ConsoleOptions = {
  mapUrl: null,
  mapAttribution: null,
  schematicMap: () => Promise.resolve(undefined),
  accessibilityFeedbackUrl: null,
  legalNoticeUrl: null,
  privacyUrl: null,
};
