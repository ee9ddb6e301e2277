import { Fault } from '@stadtfunk/kernel';
import type { Positions } from './uplink-log.ts';

type Reached = readonly (readonly [partition: number, sequence: number])[];

/** Where a consumer group began and how far it has come, per partition of each log. */
export type PositionTable = Map<string, { readonly start: number; readonly sequence: number }>;

/** The positions of one owner, for the in-memory twins of the records. Owners that share a table see each other. */
export class MemoryGroupPositions {
  readonly #table: PositionTable;
  readonly #left = new Map<string, number>();

  constructor(table: PositionTable) {
    this.#table = table;
  }

  read(logId: string, floors: Positions): Positions {
    return floors.map((floor, partition) => {
      const key = keyOf(logId, partition);
      if (!this.#table.has(key)) this.#table.set(key, { start: floor, sequence: floor });
      const { sequence } = this.#table.get(key)!;
      this.#left.set(key, sequence);
      return sequence;
    });
  }

  /** Fault `records.conflict`: somebody else has moved a partition; read the positions again. Then nothing is moved. */
  move(logId: string, reached: Reached): void {
    const moves = reached.map(([partition, sequence]) => {
      const key = keyOf(logId, partition);
      const row = this.#table.get(key);
      const left = this.#left.get(key);
      const follows = row && row.sequence < sequence && (left === undefined || left === row.sequence);
      return { key, sequence, start: row?.start ?? 0, follows };
    });
    if (!moves.every(({ follows }) => follows)) {
      for (const { key } of moves) this.#left.delete(key);
      throw new Fault('records.conflict', 'somebody else has moved a partition', true);
    }
    for (const { key, sequence, start } of moves) {
      this.#table.set(key, { start, sequence });
      this.#left.set(key, sequence);
    }
  }

  sequence(logId: string, partition: number): number {
    return this.#table.get(keyOf(logId, partition))?.sequence ?? 0;
  }

  /** Uplinks passed since the start, over all logs. */
  passed(): number {
    return [...this.#table.values()].reduce((sum, { start, sequence }) => sum + sequence - start, 0);
  }
}

const keyOf = (logId: string, partition: number): string => `${logId}/${partition}`;
