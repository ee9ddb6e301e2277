import { setImmediate as takeTurns } from 'node:timers/promises';
import {
  departmentOf,
  type Asset,
  type Departments,
  type Device,
  type RegistryChanges,
  type RegistryNeeds,
  type RegistryPresent,
} from '@stadtfunk/devices';
import { toAsset } from '../assets/asset-mapping.ts';
import { newAsset } from '../assets/asset.schema.ts';
import { plain, toDevice } from '../devices/device-mapping.ts';
import { newDevice } from '../devices/device.schema.ts';
import { Problem } from '../problem.ts';
import { isoDuration } from '../schemas.ts';
import type { ImportKind, Outcome } from './columns.ts';
import type { ImportRow, RowError } from './import-rows.ts';

export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface PlannedRow {
  readonly line: number;
  readonly id: string | null;
  readonly outcome: Outcome;
  readonly changes: readonly FieldChange[];
  readonly errors: readonly RowError[];
}

/** What some rows of a file would do. */
export interface ImportPlan {
  readonly rows: readonly PlannedRow[];
  readonly newAssets: readonly Asset[];
  readonly assets: readonly Asset[];
  readonly newDevices: readonly Device[];
  readonly devices: readonly Device[];
  readonly bindings: RegistryChanges['bindings'];
}

/** Who imports, and what can be registered. */
export interface ImportTerms {
  readonly departments: Departments;
  readonly mayCreateDevices: boolean;
  readonly isModel: (model: string) => boolean;
}

/** IMEIs of devices that get another one in these rows, with the devices: they leave them to others of the same file. */
export function* imeisLeft(rows: readonly ImportRow[], present: RegistryPresent): Generator<[string, string]> {
  for (const { values } of rows) {
    const device = present.devices.get(String(values.deviceId));
    if (device?.imei && values.imei !== undefined && values.imei !== device.imei) yield [device.imei, device.deviceId];
  }
}

/** What the plan has to know of the registry. */
export function needsOf(rows: readonly ImportRow[]): RegistryNeeds {
  const texts = (field: string) =>
    rows.flatMap(({ values }) => (typeof values[field] === 'string' ? [values[field]] : []));
  const cabinets = texts('refStreetlightControlCabinet');
  return { assetIds: [...texts('assetId'), ...cabinets], deviceIds: texts('deviceId'), imeis: texts('imei') };
}

/** Rows planned in one go before other work of the process (acknowledging) gets a turn: some milliseconds. */
const ROWS_AT_ONCE = 100;

/**
 * Compares a file with what is there, some rows at a time. Cells that are empty change nothing. Of rows before it keeps only which
 * ids and IMEIs they have.
 */
export class ImportPlanner {
  /** Ids, with the line that they stand on. */
  readonly #seen = new Map<string, number>();
  /** The devices that get an IMEI. */
  readonly #claimed = new Map<string, string>();
  #present: RegistryPresent = { assets: new Map(), devices: new Map(), imeis: new Map(), departments: new Set() };
  #newAssets: Asset[] = [];
  #assets: Asset[] = [];
  #newDevices: Device[] = [];
  #devices: Device[] = [];
  #bindings: RegistryChanges['bindings'][number][] = [];

  /** @param left IMEIs that their devices leave, with these devices: see `imeisLeft` */
  constructor(
    private readonly kind: ImportKind,
    private readonly terms: ImportTerms,
    private readonly left: ReadonlyMap<string, string>,
  ) {}

  /** IMEIs that their devices leave to others of the same file, with the devices that leave them. */
  get exchanged(): readonly { readonly deviceId: string; readonly imei: string }[] {
    return [...this.left].filter(([imei]) => this.#claimed.has(imei)).map(([imei, deviceId]) => ({ deviceId, imei }));
  }

  /** The next rows. */
  async plan(rows: readonly ImportRow[], present: RegistryPresent): Promise<ImportPlan> {
    this.#present = present;
    [this.#newAssets, this.#assets, this.#newDevices, this.#devices, this.#bindings] = [[], [], [], [], []];
    const planned: PlannedRow[] = [];
    for (const row of rows) {
      if (planned.length % ROWS_AT_ONCE === 0) await takeTurns();
      planned.push(this.#row(row));
    }
    return {
      rows: planned,
      newAssets: this.#newAssets,
      assets: this.#assets,
      newDevices: this.#newDevices,
      devices: this.#devices,
      bindings: this.#bindings,
    };
  }

  #ownerOf(imei: string): string | undefined {
    return this.#claimed.get(imei) ?? (this.left.has(imei) ? undefined : this.#present.imeis.get(imei));
  }

  #row(row: ImportRow): PlannedRow {
    const id = this.kind === 'assets' ? row.values.assetId : row.values.deviceId;
    const named = { line: row.line, id: typeof id === 'string' ? id.slice(0, 128) : null };
    const failed = (errors: readonly RowError[]) => ({ ...named, outcome: 'error' as const, changes: [], errors });
    if (typeof id !== 'string')
      return failed([...row.errors, error('cell.missing', 'the row has no id', fieldOfId(this.kind))]);
    const before = this.#seen.get(id);
    this.#seen.set(id, before ?? row.line);
    if (before !== undefined) {
      return failed([
        ...row.errors,
        error('row.twice', `'${id}' stands on line ${before} already`, fieldOfId(this.kind)),
      ]);
    }
    if (row.errors.length > 0) return failed(row.errors);
    const result = this.kind === 'assets' ? this.#asset(row, id) : this.#deviceOrBinding(row, id);
    if ('errors' in result) return failed(result.errors);
    return { ...named, ...result, errors: [] };
  }

  #deviceOrBinding(row: ImportRow, id: string) {
    return this.kind === 'devices' ? this.#device(row, id) : this.#binding(row, id);
  }

  #asset({ values }: ImportRow, assetId: string): Planned {
    const known = this.#present.assets.get(assetId);
    if (known && !this.#isMine(known)) return foreign(assetId);
    const parsed = newAsset.safeParse(assetInput(values, known));
    if (!parsed.success) return { errors: parsed.error.issues.map(issueError) };
    const asset = attempt(() => toAsset(parsed.data, assetId));
    if ('errors' in asset) return asset;
    const { department } = asset;
    if (department !== null && !this.#present.departments.has(department)) {
      return { errors: [error('department.unknown', `there is no department '${department}'`, 'department')] };
    }
    if (!this.#isMine(asset)) return foreign(assetId);
    if (!known) {
      this.#newAssets.push(asset);
      return { outcome: 'new', changes: [] };
    }
    const changes = differences(flat(known), flat(asset));
    if (changes.length === 0) return { outcome: 'unchanged', changes };
    this.#assets.push(asset);
    return { outcome: 'changed', changes };
  }

  #device({ values }: ImportRow, deviceId: string): Planned {
    const known = this.#present.devices.get(deviceId);
    const parsed = newDevice.safeParse(deviceInput(values, known));
    if (!parsed.success) return { errors: parsed.error.issues.map(issueError) };
    const device = toDevice(parsed.data);
    const assetId = typeof values.assetId === 'string' ? values.assetId : (known?.assetId ?? null);
    const errors = [...this.#deviceErrors(device, known === undefined), ...this.#placeErrors(known?.assetId, assetId)];
    if (errors.length > 0) return { errors };
    if (device.imei !== null) this.#claimed.set(device.imei, deviceId);
    if ((known?.assetId ?? null) !== assetId) this.#bindings.push({ deviceId, assetId });
    if (!known) {
      this.#newDevices.push(device);
      return { outcome: 'new', changes: [] };
    }
    const changes = differences({ ...plain(known), assetId: known.assetId }, { ...device, assetId });
    if (changes.length === 0) return { outcome: 'unchanged', changes };
    if (changes.some(({ field }) => field !== 'assetId')) this.#devices.push(device);
    return { outcome: 'changed', changes };
  }

  #deviceErrors(device: Device, isNew: boolean): RowError[] {
    const errors: RowError[] = [];
    if (!this.terms.isModel(device.model)) {
      errors.push(error('model.unknown', `there is no model '${device.model}'`, 'model'));
    }
    const owner = device.imei === null ? undefined : this.#ownerOf(device.imei);
    if (owner !== undefined && owner !== device.deviceId) {
      errors.push(error('device.imeiTaken', `the device '${owner}' has this IMEI`, 'imei'));
    }
    if (isNew && !this.terms.mayCreateDevices) {
      errors.push(error('access.denied', 'you may not register new devices: they get passwords', 'deviceId'));
    }
    return errors;
  }

  #binding({ values }: ImportRow, deviceId: string): Planned {
    const device = this.#present.devices.get(deviceId);
    if (!device) return { errors: [error('device.unknown', `there is no device '${deviceId}'`, 'deviceId')] };
    const assetId = typeof values.assetId === 'string' ? values.assetId : null;
    const errors = this.#placeErrors(device.assetId, assetId);
    if (errors.length > 0) return { errors };
    if (device.assetId === assetId) return { outcome: 'unchanged', changes: [] };
    this.#bindings.push({ deviceId, assetId });
    return { outcome: 'changed', changes: [{ field: 'assetId', before: device.assetId, after: assetId }] };
  }

  /** Where it sits and where it will sit has to be known, and the caller's business. */
  #placeErrors(from: string | null | undefined, to: string | null): RowError[] {
    const errors: RowError[] = [];
    const next = to === null ? undefined : this.#present.assets.get(to);
    if (to !== null && to !== from && (!next || !this.#isMine(next))) {
      errors.push(error('asset.unknown', `there is no asset '${to}'`, 'assetId'));
    }
    const former = from === null || from === undefined ? undefined : this.#present.assets.get(from);
    if (from && this.terms.departments !== null && !(former && this.#isMine(former))) {
      errors.push(error('department.foreign', 'the device sits on an asset of another department', 'deviceId'));
    }
    return errors;
  }

  #isMine(asset: Asset): boolean {
    return this.terms.departments === null || this.terms.departments.includes(departmentOf(asset));
  }
}

type Planned =
  | { readonly outcome: Exclude<Outcome, 'error'>; readonly changes: readonly FieldChange[] }
  | { readonly errors: readonly RowError[] };

const PLACE = ['longitude', 'latitude'] as const;
const ADDRESS = ['streetAddress', 'postalCode', 'addressLocality'] as const;

/** What the API would be given: what is known, with what the row says. */
function assetInput(values: ImportRow['values'], known: Asset | undefined): unknown {
  const { longitude, latitude, streetAddress, postalCode, addressLocality, ...rest } = values;
  const [knownLongitude, knownLatitude] = known?.location.coordinates ?? [];
  const parts = { streetAddress, postalCode, addressLocality };
  const given = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
  const address = { ...known?.address, ...given };
  const { attributes = {}, assetId: _id, location: _place, address: _address, ...described } = known ?? {};
  return {
    ...attributes,
    ...described,
    ...rest,
    location: { type: 'Point', coordinates: [longitude ?? knownLongitude, latitude ?? knownLatitude] },
    address: Object.keys(address).length > 0 ? address : null,
  };
}

function deviceInput(values: ImportRow['values'], known: Device | undefined): unknown {
  const { assetId: _asset, ...given } = values;
  if (!known) return given;
  const { reportingIntervalMs, ...rest } = plain(known);
  return {
    ...rest,
    reportingInterval: reportingIntervalMs === null ? null : isoDuration(reportingIntervalMs),
    ...given,
  };
}

function flat({ attributes, location, address, ...described }: Asset): Record<string, unknown> {
  const [longitude, latitude] = location.coordinates;
  return { ...described, longitude, latitude, ...address, ...attributes };
}

function differences(before: object, after: object): FieldChange[] {
  const old = new Map<string, unknown>(Object.entries(before));
  const next = new Map<string, unknown>(Object.entries(after));
  const fields = [...new Set([...old.keys(), ...next.keys()])];
  return fields
    .filter((field) => stable(old.get(field)) !== stable(next.get(field)))
    .map((field) => ({ field, before: old.get(field) ?? null, after: next.get(field) ?? null }));
}

/** Equal values as equal texts, whatever the order of members. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${stable(member)}`).join()}}`;
}

function error(code: string, message: string, column: string | null): RowError {
  return { column, code, message };
}

function foreign(assetId: string): Planned {
  return { errors: [error('department.foreign', `'${assetId}' is the business of another department`, 'assetId')] };
}

function fieldOfId(kind: ImportKind): string {
  return kind === 'assets' ? 'assetId' : 'deviceId';
}

/** A coordinate is told by its column. */
function issueError({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }): RowError {
  const [first, second, third] = path;
  const place = first === 'location' && second === 'coordinates' ? PLACE[Number(third)] : undefined;
  const part = first === 'address' ? ADDRESS.find((name) => name === second) : undefined;
  const column = place ?? part ?? (first === undefined ? null : String(first));
  return error('cell.invalid', message, column);
}

/** What the mapping of requests refuses, as errors of a row. */
function attempt(map: () => Asset): Asset | { readonly errors: readonly RowError[] } {
  try {
    return map();
  } catch (thrown) {
    if (thrown instanceof Problem) return { errors: [error(thrown.code, thrown.detail, null)] };
    throw thrown;
  }
}
