import { getPosition } from 'suncalc';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Height of the sun's middle, degrees, at which lamps are switched: civil twilight ends at -6, and by then they must burn. At the latitude
 * of Hanau this makes some 4,100 hours a year.
 */
export const SWITCHING_ALTITUDE_DEG = -2.9;

/** What suncalc adds for refraction to all that is below the horizon (Meeus 16.4 at 0 degrees), and civil twilight does without. */
const REFRACTION_DEG = 0.484;

/** When it is dark enough for lamps, from one noon to the next, UTC ms in whole minutes as switching clocks have it. */
export interface Dark {
  readonly from: number;
  readonly to: number;
}

/** The nights of one area. Each is worked out once: the sun's place takes longer than all else that a lamp does in a day. */
export class Nights {
  readonly #nights = new Map<number, Dark>();

  constructor(
    private readonly latitude: number,
    private readonly longitude: number,
    private readonly altitudeDeg = SWITCHING_ALTITUDE_DEG,
  ) {}

  /** The night that follows the noon of this date. */
  after(dayNumber: number): Dark {
    let night = this.#nights.get(dayNumber);
    if (!night) this.#nights.set(dayNumber, (night = this.#make(dayNumber)));
    return night;
  }

  #make(dayNumber: number): Dark {
    const noon = this.#noon(dayNumber);
    const midnight = noon + 12 * HOUR_MS;
    return { from: this.#crossing(noon, midnight), to: this.#crossing(this.#noon(dayNumber + 1), midnight) };
  }

  /** By the sun and not by clocks: 12 o'clock local mean time. */
  #noon(dayNumber: number): number {
    return (dayNumber * 24 + 12) * HOUR_MS - Math.round(this.longitude * 4) * MINUTE_MS;
  }

  /** The minute at which the sun passes the switching altitude, between a moment of day and one of night. */
  #crossing(light: number, dark: number): number {
    let [above, below] = [light, dark];
    while (Math.abs(below - above) > MINUTE_MS) {
      const between = Math.round((above + below) / 2 / MINUTE_MS) * MINUTE_MS;
      if (between === above || between === below) break;
      const { altitude } = getPosition(new Date(between), this.latitude, this.longitude);
      if (altitude - REFRACTION_DEG > this.altitudeDeg) above = between;
      else below = between;
    }
    return below;
  }
}
