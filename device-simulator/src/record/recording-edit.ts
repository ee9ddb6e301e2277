import { findModel } from '@stadtfunk/device-catalog';
import type { AssetType, BoundDevice } from '@stadtfunk/devices';
import { fail, ok, type Result } from '@stadtfunk/kernel';
import type { Uplink } from '@stadtfunk/uplinks';
import type { KeyedPseudonyms } from './pseudonyms.ts';
import type { RecordingItem } from './recording-item.ts';

export interface RecordingEditOptions {
  /** Only these devices; absent: all. */
  readonly devices?: ReadonlySet<string>;
  /** Only devices on assets of these types; absent: all. */
  readonly kinds?: ReadonlySet<AssetType>;
  /** Only what was received in [from, to), UTC ms, before it is shifted. */
  readonly from: number;
  readonly to: number;
  /** By how much all times become later, ms; whole seconds. */
  readonly shiftMs: number;
  readonly pseudonyms: KeyedPseudonyms | null;
  /** Leaves out uplinks that would have to be changed and whose device's model is not known. Else they are refused. */
  readonly skipUnknown: boolean;
}

/** What became of the uplinks that an edit was given. */
export interface EditCounts {
  kept: number;
  /** Of other devices, kinds or times. */
  filtered: number;
  /** Of devices whose model nobody knows: left out. */
  unknown: number;
  /** Those that are kept and cannot be read: unchanged by a shift, blanked by pseudonyms. */
  unreadable: number;
}

/** As long as it was, and no payload of any format. */
const BLANK = 0x3f;

/** Makes of the items of a recording those of another: a part of it, at another time, of devices that nobody can tell. */
export class RecordingEdit {
  readonly counts: EditCounts = { kept: 0, filtered: 0, unknown: 0, unreadable: 0 };
  readonly #devices = new Map<string, BoundDevice>();

  constructor(private readonly options: RecordingEditOptions) {}

  /** The item to go on with; null: none. Error `recording.unknownModel` where times or identities of a payload cannot be found. */
  apply(item: RecordingItem): Result<RecordingItem | null> {
    return item.type === 'device' ? ok(this.#device(item.bound)) : this.#uplink(item.uplink);
  }

  #device(bound: BoundDevice): RecordingItem | null {
    this.#devices.set(bound.device.deviceId, bound);
    if (!this.#concerns(bound.device.deviceId)) return null;
    const { pseudonyms, shiftMs } = this.options;
    const named = pseudonyms ? pseudonyms.bound(bound) : bound;
    if (shiftMs === 0) return { type: 'device', bound: named };
    const { former, registeredAt } = named;
    return {
      type: 'device',
      bound: {
        ...named,
        ...(registeredAt !== undefined && { registeredAt: registeredAt + shiftMs }),
        ...(former && {
          former: former.map(({ assetId, from, until }) => ({ assetId, from: from + shiftMs, until: until + shiftMs })),
        }),
      },
    };
  }

  #uplink(uplink: Uplink): Result<RecordingItem | null> {
    const { from, to, shiftMs, pseudonyms, skipUnknown } = this.options;
    const { deviceId, receivedAt } = uplink;
    if (receivedAt < from || receivedAt >= to || !this.#concerns(deviceId)) {
      this.counts.filtered++;
      return ok(null);
    }
    if (shiftMs === 0 && !pseudonyms) {
      this.counts.kept++;
      return ok({ type: 'uplink', uplink });
    }
    const model = this.#devices.get(deviceId)?.device.model;
    const format = model === undefined ? undefined : findModel(model)?.format;
    if (!format) {
      this.counts.unknown++;
      if (skipUnknown) return ok(null);
      const what =
        model === undefined ? 'the recording does not say what it is' : `the catalogue has no model '${model}'`;
      return fail(
        'recording.unknownModel',
        `device '${deviceId}': ${what}, so nobody knows what stands in its payloads`,
      );
    }
    this.counts.kept++;
    const rewritten = format.rewrite(uplink.payload, { shiftMs, pseudonyms });
    if (!rewritten.ok) this.counts.unreadable++;
    const unread = pseudonyms ? new Uint8Array(uplink.payload.length).fill(BLANK) : uplink.payload;
    const payload = rewritten.ok ? rewritten.value : unread;
    const names = pseudonyms ? this.#names(deviceId, pseudonyms) : {};
    return ok({ type: 'uplink', uplink: { ...uplink, ...names, receivedAt: receivedAt + shiftMs, payload } });
  }

  #names(deviceId: string, pseudonyms: KeyedPseudonyms): Pick<Uplink, 'deviceId' | 'topic'> {
    const pseudonym = pseudonyms.deviceId(deviceId);
    // The topic of some firmware has the IMEI in it.
    return { deviceId: pseudonym, topic: `stadtfunk/v1/${pseudonym}/up` };
  }

  #concerns(deviceId: string): boolean {
    const { devices, kinds } = this.options;
    if (devices && !devices.has(deviceId)) return false;
    const type = this.#devices.get(deviceId)?.asset?.type;
    return !kinds || (type !== undefined && kinds.has(type));
  }
}
