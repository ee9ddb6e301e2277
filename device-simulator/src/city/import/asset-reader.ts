import type { Result } from '@stadtfunk/kernel';
import type { AssetSpec } from '../asset.ts';
import { COLUMNS } from './column.ts';

/** What is wrong with one row; the row is left out. */
export interface RowError {
  /** Of CSV the line of the file at which the row begins, of GeoJSON the number of the feature; from 1. */
  readonly row: number;
  /** null: the row as a whole. */
  readonly column: string | null;
  readonly code: string;
  readonly detail: string;
}

export interface ImportedAssets {
  readonly assets: readonly AssetSpec[];
  /** The first thousand. */
  readonly errors: readonly RowError[];
  readonly errorCount: number;
  /** Columns that mean nothing here. */
  readonly ignored: readonly string[];
}

const MOST_ERRORS = 1000;
const PREFIXES: Readonly<Record<string, string>> = {
  WasteContainer: 'behaelter',
  ParkingSpot: 'stellplatz',
  Streetlight: 'leuchte',
  StreetlightControlCabinet: 'schaltstelle',
};
const WITHOUT_DISTRICT = 'ohne Bezirk';

/** Gathers assets row by row, and what is wrong with others. */
export class AssetReader {
  readonly #assets = new Map<string, { readonly row: number; readonly asset: AssetSpec }>();
  readonly #errors: RowError[] = [];
  #errorCount = 0;

  /** @param field gives the text of a column, undefined where it is empty or not there */
  read(row: number, coordinates: Result<readonly [number, number]>, field: (name: string) => string | undefined): void {
    const before = this.#errorCount;
    if (!coordinates.ok) this.complain(row, 'location', coordinates.error.code, coordinates.error.detail);
    const values: Record<string, unknown> = {};
    for (const { name, of, read } of COLUMNS) {
      const text = field(name)?.trim();
      if (text === undefined || text === '') continue;
      // The type stands first; what belongs to other types may stand in the same table.
      if (of && !of.includes(String(values['type']))) continue;
      const value = read(text);
      if (value.ok) values[name] = value.value;
      else this.complain(row, name, value.error.code, value.error.detail);
    }
    if (values['type'] === undefined && this.#errorCount === before) {
      this.complain(row, 'type', 'value.missing', 'every asset needs a type');
    }
    if (this.#errorCount > before || !coordinates.ok) return;
    this.#keep(row, values, coordinates.value);
  }

  complain(row: number, column: string | null, code: string, detail: string): void {
    this.#errorCount++;
    if (this.#errors.length < MOST_ERRORS) this.#errors.push({ row, column, code, detail });
  }

  done(columns: readonly string[], known: readonly string[]): ImportedAssets {
    this.#checkCabinets();
    const names = new Set([...COLUMNS.map(({ name }) => name), ...known]);
    return {
      assets: [...this.#assets.values()].map(({ asset }) => asset),
      errors: this.#errors.sort((a, b) => a.row - b.row),
      errorCount: this.#errorCount,
      ignored: columns.filter((name) => !names.has(name)),
    };
  }

  #keep(row: number, values: Record<string, unknown>, coordinates: readonly [number, number]): void {
    const { type, assetId, name, district, streetAddress, ...attributes } = values;
    const id = typeof assetId === 'string' ? assetId : `${PREFIXES[String(type)]!}-${String(row).padStart(4, '0')}`;
    const earlier = this.#assets.get(id);
    if (earlier) {
      this.complain(row, 'assetId', 'asset.doubled', `${id} stands in row ${earlier.row} already`);
      return;
    }
    const asset: AssetSpec = {
      ...attributes,
      assetId: id,
      type: type as AssetSpec['type'],
      name: typeof name === 'string' ? name : id,
      location: { type: 'Point', coordinates },
      district: typeof district === 'string' ? district : WITHOUT_DISTRICT,
      ...(typeof streetAddress === 'string' && { address: { streetAddress } }),
    };
    this.#assets.set(id, { row, asset });
  }

  /** A lamp whose cabinet is not there would never be dark with the others. */
  #checkCabinets(): void {
    for (const [id, { row, asset }] of this.#assets) {
      const cabinet = asset['refStreetlightControlCabinet'];
      if (typeof cabinet !== 'string') continue;
      if (this.#assets.get(cabinet)?.asset.type === 'StreetlightControlCabinet') continue;
      this.#assets.delete(id);
      this.complain(row, 'refStreetlightControlCabinet', 'asset.unknownCabinet', `no cabinet ${cabinet} in this file`);
    }
  }
}
