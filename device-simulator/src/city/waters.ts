/** A river as a line through its middle, WGS 84, longitude first, and how wide it is drawn. Drawn by hand after the real ones. */
export interface River {
  readonly name: string;
  readonly widthM: number;
  readonly line: readonly (readonly [number, number])[];
}

/** Main and Kinzig, as they run through Hanau. */
export const HANAU_RIVERS: readonly River[] = [
  {
    name: 'Main',
    widthM: 130,
    line: [
      [8.9655, 50.068],
      [8.9585, 50.0775],
      [8.9465, 50.0865],
      [8.9405, 50.0955],
      [8.939, 50.1045],
      [8.934, 50.1125],
      [8.9235, 50.1185],
      [8.9105, 50.122],
      [8.8985, 50.1235],
      [8.887, 50.1215],
      [8.8745, 50.1225],
      [8.86, 50.1275],
      [8.842, 50.1285],
      [8.82, 50.1235],
    ],
  },
  {
    name: 'Kinzig',
    widthM: 26,
    line: [
      [9.008, 50.1495],
      [8.989, 50.147],
      [8.973, 50.1425],
      [8.9555, 50.1405],
      [8.942, 50.1375],
      [8.931, 50.1395],
      [8.9195, 50.1425],
      [8.9085, 50.1395],
      [8.902, 50.133],
      [8.8995, 50.1275],
      [8.8985, 50.1235],
    ],
  },
];
