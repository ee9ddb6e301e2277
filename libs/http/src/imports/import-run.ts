import { createHash } from 'node:crypto';
import type { Device, RegisteredDevice, RegistryBatch, RegistryChanges, RegistryPresent } from '@stadtfunk/devices';
import { plain } from '../devices/device-mapping.ts';
import type { ImportKind } from './columns.ts';
import type { NewPassword } from './device-passwords.ts';
import type { ImportFile } from './import-file.ts';
import type { ImportRow } from './import-rows.ts';
import { ImportTally } from './import-tally.ts';
import { imeisLeft, ImportPlanner, type ImportTerms, needsOf, type PlannedRow } from './plan-import.ts';

/** Devices in one transaction. */
const MOST_AT_ONCE = 500;
const NOTHING: RegistryChanges = { newAssets: [], assets: [], newDevices: [], devices: [], bindings: [] };

/** What was found when a file was compared with the registry. */
export interface ImportCheck {
  readonly tally: ImportTally;
  /** Of each portion that changes something, what its rows would do; null: nothing. */
  readonly prints: readonly (string | null)[];
  readonly left: ReadonlyMap<string, string>;
  /** IMEIs that devices leave to others of the file. */
  readonly exchanged: readonly { readonly deviceId: string; readonly imei: string }[];
}

/** What is written, told after each portion, so that it is known also when the rest is not. */
export interface ImportProgress {
  /** Rows, from the first one on. */
  readonly written: number;
  /** Devices that were registered with the last portion. */
  readonly registered: readonly { readonly device: Device; readonly password: string }[];
}

export interface ImportWriter {
  makePasswords(count: number): Promise<readonly NewPassword[]>;
  onWritten(progress: ImportProgress): Promise<void>;
  /** Asked before each portion. */
  isWanted(): boolean;
}

/** `unwanted`: nobody waits for it any more. */
export type ImportEnd = 'whole' | 'outdated' | 'unwanted';

/**
 * Compares a file with the registry, and writes it, portion by portion: each in a transaction of its own, with the others in between.
 * What was written stays, and the same file again takes the rest.
 */
export class ImportRun {
  constructor(
    private readonly kind: ImportKind,
    private readonly file: ImportFile,
    private readonly batch: RegistryBatch,
    private readonly terms: ImportTerms,
  ) {}

  async check(): Promise<ImportCheck> {
    const left = await this.#imeisLeft();
    const planner = new ImportPlanner(this.kind, this.terms, left);
    const tally = new ImportTally();
    const prints: (string | null)[] = [];
    for await (const rows of this.file.portions()) {
      const plan = await planner.plan(rows, await this.batch.present(needsOf(rows)));
      tally.add(plan);
      prints.push(printOf(plan.rows));
    }
    return { tally, prints, left, exchanged: planner.exchanged };
  }

  /** As it was checked: writes no more as soon as something turns out to have been changed meanwhile. */
  async write({ prints, left, exchanged }: ImportCheck, writer: ImportWriter): Promise<ImportEnd> {
    const cleared = new Map(exchanged.map(({ deviceId, imei }) => [deviceId, imei]));
    if (cleared.size > 0) await this.#takeOff(cleared);
    const planner = new ImportPlanner(this.kind, this.terms, left);
    let [nth, written] = [0, 0];
    for await (const rows of this.file.portions()) {
      const print = prints[nth++] ?? null;
      const isWanted = writer.isWanted();
      const registered = isWanted ? await this.#writePortion(rows, planner, { print, cleared, writer }) : undefined;
      if (!registered) {
        await this.#putBack(cleared);
        return isWanted ? 'outdated' : 'unwanted';
      }
      written += rows.length;
      await writer.onWritten({ written, registered });
    }
    return 'whole';
  }

  /** The devices that were registered; undefined: nothing was written. */
  async #writePortion(
    rows: readonly ImportRow[],
    planner: ImportPlanner,
    { print, cleared, writer }: Expected,
  ): Promise<ImportProgress['registered'] | undefined> {
    if (print === null) return [];
    const passwords = await this.#passwordsFor(rows, writer);
    let newDevices: readonly Device[] = [];
    const isWritten = await this.batch.change(needsOf(rows), async (present) => {
      const plan = await planner.plan(rows, withImeis(present, cleared));
      newDevices = plan.newDevices;
      if (printOf(plan.rows) !== print || newDevices.some(({ deviceId }) => !passwords.has(deviceId))) return undefined;
      const withHashes = newDevices.map((device) => {
        return { device, passwordHash: passwords.get(device.deviceId)!.hash };
      });
      return { ...plan, newDevices: withHashes };
    });
    if (!isWritten) return undefined;
    return newDevices.map((device) => ({ device, password: passwords.get(device.deviceId)!.password }));
  }

  /** Made before the transaction, in which others wait. */
  async #passwordsFor(rows: readonly ImportRow[], writer: ImportWriter): Promise<ReadonlyMap<string, NewPassword>> {
    if (this.kind !== 'devices') return new Map();
    const { deviceIds } = needsOf(rows);
    const { devices } = await this.batch.present({ assetIds: [], deviceIds, imeis: [] });
    const fresh = deviceIds.filter((deviceId) => !devices.has(deviceId));
    const made = await writer.makePasswords(fresh.length);
    return new Map(fresh.map((deviceId, index) => [deviceId, made[index]!]));
  }

  /** Asked first: a device further down may leave its IMEI to one further up. */
  async #imeisLeft(): Promise<ReadonlyMap<string, string>> {
    const left = new Map<string, string>();
    if (this.kind !== 'devices' || !this.file.reader.has('imei')) return left;
    for await (const rows of this.file.portions()) {
      const { deviceIds } = needsOf(rows);
      const present = await this.batch.present({ assetIds: [], deviceIds, imeis: [] });
      for (const [imei, deviceId] of imeisLeft(rows, present)) left.set(imei, deviceId);
    }
    return left;
  }

  /** Takes IMEIs off that others of the file get: no portion has both of them. Whoever has none meanwhile sends on as before. */
  #takeOff(cleared: ReadonlyMap<string, string>): Promise<void> {
    return this.#setImeis(cleared, ({ deviceId, imei }) => (imei === cleared.get(deviceId) ? null : imei));
  }

  /** Those that nobody has got: the file is not written to its end, and may never be. */
  #putBack(cleared: ReadonlyMap<string, string>): Promise<void> {
    return this.#setImeis(cleared, ({ deviceId, imei }, owners) => {
      const own = cleared.get(deviceId)!;
      return imei === null && !owners.has(own) ? own : imei;
    });
  }

  async #setImeis(
    cleared: ReadonlyMap<string, string>,
    imeiOf: (device: RegisteredDevice, owners: RegistryPresent['imeis']) => string | null,
  ): Promise<void> {
    const entries = [...cleared];
    for (let at = 0; at < entries.length; at += MOST_AT_ONCE) {
      const some = entries.slice(at, at + MOST_AT_ONCE);
      const needs = { assetIds: [], deviceIds: some.map(([id]) => id), imeis: some.map(([, imei]) => imei) };
      await this.batch.change(needs, ({ devices, imeis }) => ({
        ...NOTHING,
        devices: [...devices.values()].flatMap((device) => {
          const imei = imeiOf(device, imeis);
          return imei === device.imei ? [] : [{ ...plain(device), imei }];
        }),
      }));
    }
  }
}

interface Expected {
  /** Null: there is nothing to write. */
  readonly print: string | null;
  readonly cleared: ReadonlyMap<string, string>;
  readonly writer: ImportWriter;
}

/** As it was before IMEIs were taken off for this file. */
function withImeis(present: RegistryPresent, cleared: ReadonlyMap<string, string>): RegistryPresent {
  if (cleared.size === 0) return present;
  const devices = [...present.devices].map(([id, device]) => {
    return [id, device.imei === null ? { ...device, imei: cleared.get(id) ?? null } : device] as const;
  });
  return { ...present, devices: new Map(devices) };
}

function printOf(rows: readonly PlannedRow[]): string | null {
  if (rows.every(({ outcome }) => outcome === 'unchanged')) return null;
  return createHash('sha256').update(JSON.stringify(rows)).digest('base64');
}
