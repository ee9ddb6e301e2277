import type { IncidentKind } from '../truth/incident.ts';
import { CityThing, type Place, type Surroundings } from './city-thing.ts';
import type { CabinetState } from './thing.ts';

const TRUTHS: readonly IncidentKind[] = ['cabinet.outage'];

/** A control cabinet: feeds the lamps of some streets, or does not. */
export class Cabinet extends CityThing<CabinetState> {
  readonly state: CabinetState = { hasSupply: true };
  protected readonly truths = TRUTHS;

  constructor(around: Surroundings, place: Place) {
    super(around, place);
    this.begin(around.from);
  }

  protected override enter(at: number): void {
    this.state.hasSupply = this.faults.active('cabinet.outage', at) === undefined;
    this.tell(0, !this.state.hasSupply, at);
    this.until = this.faults.nextEdge(at);
  }

  protected override show(): void {
    // Changes at moments only.
  }
}
