import { MemoryGroupPositions, type Positions, type PositionTable } from '@stadtfunk/uplinks';
import type { Alert } from '@stadtfunk/maintenance';
import { MemoryAlertBook, type AlertRows } from './memory-alert-book.ts';
import { RulesRecords, type OpenAlert, type RulesCommit, type StoredState } from './rules-records.ts';
import { applyToShadows, type ShadowAlert } from './shadow-alerts.ts';

/** What the records hold. Several `MemoryRulesRecords` over the same ones are several owners. */
export interface RulesRows extends AlertRows {
  readonly positions: PositionTable;
  readonly states: Map<string, RulesCommit['states'][number]>;
  readonly shadows: Map<string, ShadowAlert>;
}

export function emptyRulesRows(): RulesRows {
  return {
    positions: new Map(),
    states: new Map(),
    alerts: new Map(),
    held: new Map(),
    groups: new Map(),
    shadows: new Map(),
    jobs: new Map(),
    history: [],
    events: [],
  };
}

function openOf(alerts: ReadonlyMap<string, Alert | ShadowAlert>, assetId: string): readonly OpenAlert[] {
  return [...alerts.values()]
    .filter(({ subject, clearedAt }) => subject === `asset:${assetId}` && clearedAt === null)
    .map(({ alertId, ruleId, raisedAt }) => ({ alertId, ruleId, raisedAt }));
}

/** The records of the group `rules` in memory: the twin of the adapters. */
export class MemoryRulesRecords extends RulesRecords {
  readonly rows: RulesRows;
  readonly #positions: MemoryGroupPositions;
  readonly #book: MemoryAlertBook;

  /** @param holds whether alerts that may be one of a group wait until `MemoryAlertSettlement` has decided about them */
  constructor(rows: RulesRows = emptyRulesRows(), { holds = false } = {}) {
    super();
    this.rows = rows;
    this.#positions = new MemoryGroupPositions(rows.positions);
    this.#book = new MemoryAlertBook(rows, holds);
  }

  override async positions(logId: string, floors: Positions): Promise<Positions> {
    return this.#positions.read(logId, floors);
  }

  override async states(partitions: readonly number[]): Promise<readonly StoredState[]> {
    const stored = [...this.rows.states.values()].filter(({ partition }) => partitions.includes(partition));
    return stored.map(({ partition: _partition, ...state }) => state);
  }

  override async openAlerts(assetId: string): Promise<readonly OpenAlert[]> {
    return openOf(this.rows.alerts, assetId);
  }

  override async openShadowAlerts(assetId: string): Promise<readonly OpenAlert[]> {
    return openOf(this.rows.shadows, assetId);
  }

  override async commit({ logId, reached, states, changes, shadowChanges = [], at }: RulesCommit): Promise<void> {
    this.#positions.move(logId, reached);
    for (const state of states) this.rows.states.set(state.deviceId, state);
    applyToShadows(this.rows.shadows, shadowChanges);
    for (const change of changes) this.#book.apply(change, at);
  }
}
