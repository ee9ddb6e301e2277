/** What is drawn on the map does not follow style sheets: its colours, by the appearance of the console. */
export interface MapColours {
  readonly ground: string;
  readonly district: string;
  readonly border: string;
  readonly water: string;
  readonly street: string;
  readonly streetEdge: string;
  readonly label: string;
  readonly halo: string;
  /** Of the ranks 1 (critical) to 5 (quiet). */
  readonly ranks: readonly [string, string, string, string, string];
  readonly onRank: string;
  readonly selected: string;
}

export const LIGHT: MapColours = {
  ground: '#eceef2',
  district: '#f8f9fb',
  border: '#c9cfdb',
  water: '#b9d3ea',
  street: '#ffffff',
  streetEdge: '#cdd2dd',
  label: '#4a5270',
  halo: '#ffffff',
  ranks: ['#b00020', '#c25200', '#8f6c00', '#1d5bb5', '#5d6b86'],
  onRank: '#ffffff',
  selected: '#171a2b',
};

export const DARK: MapColours = {
  ground: '#0f1220',
  district: '#171b2c',
  border: '#333b57',
  water: '#1b3a57',
  street: '#3d4563',
  streetEdge: '#121627',
  label: '#b3bbd6',
  halo: '#0f1220',
  ranks: ['#ff7a85', '#ff9d57', '#ecc63f', '#82b4ff', '#8e9bb8'],
  onRank: '#12162a',
  selected: '#ffffff',
};
