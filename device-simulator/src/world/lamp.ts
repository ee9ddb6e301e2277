import { Random } from '../random.ts';
import type { IncidentKind } from '../truth/incident.ts';
import { CityThing, type Place, type Surroundings } from './city-thing.ts';
import { numberIn, type Faults } from './faults.ts';
import type { Lighting, NightPlan } from './lighting.ts';
import type { LampState } from './thing.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The controller itself; with a lamp that has failed, its control gear besides. */
const STANDBY_W = 0.6;
const GEAR_WITHOUT_LAMP_W = 1.5;
/** An LED and its control gear draw this share of the rated power at the lowest level. */
const LOWEST_SHARE = 0.07;
/** Of the gear above the air when it burns at full power, and the time in which it gets about two thirds of the way there. */
const WARMTH_K = 26;
const WARMING_MS = 25 * MINUTE_MS;
/** The mains are so much lower at eight in the evening, when everybody cooks, and higher twelve hours before. */
const EVENING_V = 1.5;

const TRUTHS: readonly IncidentKind[] = [
  'lamp.dark',
  'lamp.dayBurner',
  'lamp.failure',
  'lamp.controlGear',
  'lamp.relay',
  'lamp.cycling',
];
const [DARK, DAY_BURNER, FAILURE, CONTROL_GEAR, RELAY, CYCLING] = [0, 1, 2, 3, 4, 5];

export interface LampTraits {
  readonly ratedW: number;
  readonly lighting: Lighting;
  /** What goes wrong with its cabinet, and where along the cable it hangs: 0 at the cabinet, 1 at the far end. */
  readonly cabinet: Faults;
  readonly position: number;
}

/** A street light with its controller: follows the plan of its cabinet, counts what it burns, and breaks in several ways. */
export class Lamp extends CityThing<LampState> {
  readonly state: LampState = {
    dimming: 0,
    hasSupply: true,
    activePowerW: 0,
    activeEnergyWh: 0,
    operatingHours: 0,
    controlGearTemperatureC: 0,
    supplyVoltageV: 230,
    lampFailure: false,
    controlGearFailure: false,
    relayFailure: false,
  };
  protected readonly truths = TRUTHS;
  readonly #traits: LampTraits;
  readonly #random: Random;
  readonly #voltageV: number;
  #plan: NightPlan;
  /** Which entry of the plan holds. */
  #entry = 0;
  #cycleAt = Infinity;
  #isOutByItself = false;
  /** Of the span: its beginning, what the counters said then, how warm the gear was above the air, and where that is going to. */
  #since = 0;
  #energyWh: number;
  #hours: number;
  #warmthK = 0;
  #warmTowardsK = 0;
  #burns = false;

  constructor(around: Surroundings, place: Place, traits: LampTraits) {
    super(around, place);
    this.#traits = traits;
    const random = (this.#random = Random.of(around.seed, place.subject, 'lamp'));
    this.#voltageV = random.normal(231, 1.5);
    this.#hours = random.between(500, 25_000);
    this.#energyWh = this.#hours * traits.ratedW * random.between(0.68, 0.78);
    this.#plan = traits.lighting.planAt(around.from);
    this.#since = this.#plan.times[0]!;
    this.begin(this.#since);
  }

  protected override enter(at: number): void {
    this.#settle(at);
    if (at >= this.#plan.until) {
      this.#plan = this.#traits.lighting.planAt(at);
      this.#entry = 0;
    }
    const { times, levels } = this.#plan;
    while (this.#entry + 1 < times.length && times[this.#entry + 1]! <= at) this.#entry++;
    this.#judge(at, levels[this.#entry]!);
    this.until = Math.min(
      times[this.#entry + 1] ?? this.#plan.until,
      this.faults.nextEdge(at),
      this.#traits.cabinet.nextEdge(at),
      this.#cycleAt,
    );
  }

  protected override show(at: number): void {
    const { state } = this;
    const passedHours = (at - this.#since) / HOUR_MS;
    state.activeEnergyWh = this.#energyWh + state.activePowerW * passedHours;
    state.operatingHours = this.#hours + (this.#burns ? passedHours : 0);
    state.controlGearTemperatureC = this.around.weather.temperatureC(at) + this.#warmthAt(at);
    state.supplyVoltageV = state.hasSupply ? this.#voltageV + EVENING_V * dailySwing(at) : 0;
  }

  /** Closes the span: counters and warmth go on from here. */
  #settle(at: number): void {
    const passedHours = (at - this.#since) / HOUR_MS;
    this.#energyWh += this.state.activePowerW * passedHours;
    if (this.#burns) this.#hours += passedHours;
    this.#warmthK = this.#warmthAt(at);
    this.#since = at;
  }

  #warmthAt(at: number): number {
    const target = this.#warmTowardsK;
    return target + (this.#warmthK - target) * fading((at - this.#since) / WARMING_MS);
  }

  /** What is so from this moment on. */
  #judge(at: number, told: number): void {
    const { state, faults } = this;
    const { ratedW } = this.#traits;
    const isCutOff = this.#isCutOff(at);
    const hasFailed = faults.active('lamp.failure', at) !== undefined;
    const gearHasFailed = faults.active('lamp.controlGear', at) !== undefined;
    const isStuckOn = faults.active('lamp.relayOn', at) !== undefined;
    const seesDay = faults.active('lamp.photocellDark', at) !== undefined;
    const isTold = told > 0;
    const isSwitched = isStuckOn || (isTold && !seesDay);
    const isOut = this.#cycle(at, isSwitched);
    const canBurn = isSwitched && !isCutOff && !gearHasFailed;
    this.#burns = canBurn && !hasFailed && !isOut;
    const level = isTold ? told : 1;

    state.dimming = told;
    state.hasSupply = isCutOff !== 'with its controller';
    // The controller finds a lamp out when it should draw power, and a relay when it should not. What it found, it keeps.
    state.lampFailure = hasFailed && (state.lampFailure || canBurn);
    state.controlGearFailure = gearHasFailed;
    state.relayFailure = isStuckOn && (state.relayFailure || !isTold);
    state.activePowerW = !state.hasSupply
      ? 0
      : this.#burns
        ? STANDBY_W + ratedW * (LOWEST_SHARE + (1 - LOWEST_SHARE) * level)
        : canBurn && hasFailed
          ? GEAR_WITHOUT_LAMP_W
          : STANDBY_W;
    this.#warmTowardsK = this.#burns ? WARMTH_K * level : state.hasSupply ? 2 : 0;

    this.tell(FAILURE, hasFailed, at);
    this.tell(CONTROL_GEAR, gearHasFailed, at);
    this.tell(RELAY, isStuckOn, at);
    this.tell(CYCLING, this.#isCycling(at), at);
    // Dark from the first moment at which it should burn until it burns again or nothing is the matter any more.
    const isWrong = hasFailed || gearHasFailed || seesDay || isCutOff !== false;
    const isDark = isTold && !this.#burns && isWrong;
    this.tell(DARK, isDark || (this.isSo(DARK) && isWrong && !(isTold && this.#burns)), at);
    const burnsByDay = !isTold && this.#burns;
    this.tell(DAY_BURNER, burnsByDay || (this.isSo(DAY_BURNER) && isStuckOn && !(!isTold && !this.#burns)), at);
  }

  #isCutOff(at: number): false | 'from power' | 'with its controller' {
    let worst: false | 'from power' | 'with its controller' = false;
    for (const fault of this.#traits.cabinet.list) {
      if (at < fault.from || at >= fault.to) continue;
      if (fault.kind === 'cable.fault' && this.#traits.position < 1 - numberIn(fault, 'share', 0.5)) continue;
      if (fault.kind !== 'cable.fault' && fault.kind !== 'cabinet.outage') continue;
      if (fault['total'] === true) return 'with its controller';
      worst = 'from power';
    }
    return worst;
  }

  #isCycling(at: number): boolean {
    return this.faults.active('lamp.cycling', at) !== undefined;
  }

  /** A cycling lamp burns for some minutes, goes out, and starts again when it has cooled down. */
  #cycle(at: number, isSwitched: boolean): boolean {
    if (!isSwitched || !this.#isCycling(at)) {
      this.#cycleAt = Infinity;
      this.#isOutByItself = false;
    } else if (this.#cycleAt === Infinity) {
      this.#cycleAt = at + this.#minutes(4, 12);
    } else if (at >= this.#cycleAt) {
      this.#isOutByItself = !this.#isOutByItself;
      this.#cycleAt = at + (this.#isOutByItself ? this.#minutes(2, 6) : this.#minutes(4, 12));
    }
    return this.#isOutByItself;
  }

  #minutes(least: number, most: number): number {
    return Math.round(this.#random.between(least, most) * MINUTE_MS);
  }
}

/** Nearly e to the power of -x, without its price: this is reckoned at every look at every lamp. */
function fading(x: number): number {
  return 1 / (1 + x * (1 + x * (0.5 + x / 6)));
}

/** From 1 at seven o'clock UTC in the morning to -1 in the evening, and back, straight. */
function dailySwing(at: number): number {
  const days = at / (24 * HOUR_MS) - 7 / 24;
  return Math.abs(4 * (days - Math.floor(days)) - 2) - 1;
}
