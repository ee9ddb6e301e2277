import type { ReactElement } from 'react';

/** Our own shapes, 16 by 16; KERN's icons are there as classes: `<span class="kern-icon kern-icon--search" />`. */
const SHAPES = {
  situation:
    'M8 1.5a4.6 4.6 0 0 1 4.6 4.6c0 3.2-4.6 8.4-4.6 8.4S3.4 9.3 3.4 6.1A4.6 4.6 0 0 1 8 1.5zm0 2.9a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z',
  alerts: 'M8 1l7.4 13.4H.6zM7.1 5.6v4.2h1.8V5.6zm0 5.6v1.7h1.8v-1.7z',
  jobs: 'M5.5 1.5h5V3H13v11.5H3V3h2.5zM5 7.6l1.7 1.7 4-4 1.1 1.1-5.1 5.2L3.9 8.7z',
  tours:
    'M4 2a2.2 2.2 0 0 1 2.2 2.2c0 1.4-1.4 3-1.4 3h4.9a2.7 2.7 0 0 1 0 5.4H8v-1.5h1.7a1.2 1.2 0 0 0 0-2.4H4.2S1.8 6 1.8 4.2A2.2 2.2 0 0 1 4 2zm0 9.2a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6z',
  assets: 'M2 13.5V12h1V6l5-4 5 4v6h1v1.5zM6.5 12h3V8h-3z',
  devices:
    'M4.5 4.5h7v7h-7zM6 1.5h1.2V4H6zm2.8 0H10V4H8.8zM6 12h1.2v2.5H6zm2.8 0H10v2.5H8.8zM1.5 6H4v1.2H1.5zm0 2.8H4V10H1.5zM12 6h2.5v1.2H12zm0 2.8h2.5V10H12z',
  rules: 'M2 3h7v1.6H2zm0 4.2h5v1.6H2zm0 4.2h7V13H2zM11 2l3.4 2-3.4 2zm-1.5 6.5L11 7l1 1 2-2.2 1.1 1.1L12 10.3z',
  quality: 'M2 13.5V2h1.5v10H14v1.5zM5 11V8h1.8v3zm3.2 0V4.5H10V11zm3.2 0V6.5h1.8V11z',
  keyFigures: 'M1.5 12.2 6 7.5l2.6 2.4 4.6-5.3 1.2 1-5.7 6.6L6 9.7l-3.4 3.6z',
  account: 'M8 2a2.8 2.8 0 1 1 0 5.6A2.8 2.8 0 0 1 8 2zM2.5 14c0-3 2.5-4.8 5.5-4.8s5.5 1.8 5.5 4.8z',
  audit: 'M3 1.5h7l3 3v10H3zM5 6v1.3h6V6zm0 2.7V10h6V8.7zm0 2.6v1.3h4v-1.3z',
  octagon: 'M5 1h6l4 4v6l-4 4H5l-4-4V5zM7 4v5h2V4zM7 10.5v2h2v-2z',
  triangle: 'M8 1l7.5 14H.5zM7 6v4.5h2V6zM7 11.5v2h2v-2z',
  diamond: 'M8 .5L15.5 8 8 15.5.5 8zM7 4.5V9h2V4.5zM7 10v2h2v-2z',
  circle: 'M8 1a7 7 0 110 14A7 7 0 018 1zM7 7v5h2V7zM7 4v2h2V4z',
  ok: 'M8 1a7 7 0 110 14A7 7 0 018 1zM6.9 11.6l5-5.2-1.2-1.2-3.8 4-1.8-1.8-1.2 1.2z',
  container: 'M3 4.5h10l-.9 10H3.9zM2 2.5h12v1.4H2zm4-1.3h4v1H6z',
  parking: 'M2 1.5h12v13H2zM6 4v8h1.6V9.4h1.1a2.7 2.7 0 0 0 0-5.4zm1.6 1.5h1a1.2 1.2 0 0 1 0 2.4h-1z',
  light: 'M8 1a4.6 4.6 0 0 1 2.6 8.4v1.8H5.4V9.4A4.6 4.6 0 0 1 8 1zM5.6 12.2h4.8v1.3H9.3l-.6 1.2H7.3l-.6-1.2H5.6z',
  cabinet: 'M3 1.5h10v13H3zM8.9 4 5.6 8.6h2l-.6 3.4 3.4-4.6h-2z',
  arrowUp: 'M8 3l5 6H3z',
  arrowDown: 'M8 13L3 7h10z',
  list: 'M1.5 3h2v2h-2zm4 0h9v2h-9zm-4 4h2v2h-2zm4 0h9v2h-9zm-4 4h2v2h-2zm4 0h9v2h-9z',
  menu: 'M1.5 3h13v1.8h-13zm0 4.1h13v1.8h-13zm0 4.1h13V13h-13z',
  camera:
    'M5.6 2.5h4.8l.9 1.6h3.2v9.4h-13V4.1h3.2zM8 5.7a3 3 0 1 0 0 6 3 3 0 0 0 0-6zm0 1.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2z',
  play: 'M4 2.2 13.4 8 4 13.8z',
  pause: 'M3.5 2.5h3.2v11H3.5zm5.8 0h3.2v11H9.3z',
  pen: 'M11.6 1.6l2.8 2.8-8.6 8.6-3.6.8.8-3.6zM2 14.2h12v1.2H2z',
  close: 'M3.4 2.3 8 6.9l4.6-4.6 1.1 1.1L9.1 8l4.6 4.6-1.1 1.1L8 9.1l-4.6 4.6-1.1-1.1L6.9 8 2.3 3.4z',
} as const;

export type IconName = keyof typeof SHAPES;

/** In the colour of the text, hidden from screen readers: the word beside it says the same. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} fillRule="evenodd" />
    </svg>
  );
}

/** The outline of an icon, for what is drawn on the map. */
export function iconPath(name: IconName): string {
  return SHAPES[name];
}
