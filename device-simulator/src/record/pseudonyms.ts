import { createHmac } from 'node:crypto';
import type { Pseudonyms } from '@stadtfunk/device-catalog';
import { DEFAULT_DEPARTMENT, type Asset, type BoundDevice, type Device } from '@stadtfunk/devices';
import { luhnDigit } from '../city/identity.ts';

const ROUNDS = 8;
/** Test devices (reporting body 00, 3GPP TS 23.003) and the test network (ITU-T E.212). */
const IMEI_PREFIX = '001';
const IMSI_PREFIX = '00101';
const ICCID_PREFIX = '8988';
/** Attributes that rules and normalisation use, and that say nothing of who or where. */
const KEPT_ATTRIBUTES = ['containerHeight', 'sensorOffset', 'powerRating', 'maximumParkingDuration', 'storedWasteKind'];
const SHORT_WORD = /^[A-Za-z0-9]{1,20}$/;

/**
 * Other identities for those in a recording, by a secret key: the same for the same, so that a device stays one device, and nobody
 * without the key can tell which. Numbers are permuted (a Feistel network over decimals), so that no two become one.
 */
export class KeyedPseudonyms implements Pseudonyms {
  readonly #key: Uint8Array;
  readonly #step: number;
  readonly #known = new Map<string, string>();

  /** @param roundPlacesTo degrees: 0.01 is some kilometre */
  constructor(key: Uint8Array, roundPlacesTo = 0.01) {
    if (key.length < 16) throw new RangeError('a key of at least 16 bytes');
    this.#key = key;
    this.#step = roundPlacesTo;
  }

  imei(digits: string): string {
    // Some payloads have the last 12 digits only, so what stands for them depends on nothing else; the very last is the check digit.
    const serial = this.#permuted('imei', digits.slice(-12, -1).padStart(11, '0'));
    return (IMEI_PREFIX + serial + luhnDigit(IMEI_PREFIX + serial)).slice(-digits.length);
  }

  imsi(digits: string): string {
    const number = digits.replaceAll(/\D/g, '0');
    return (IMSI_PREFIX + this.#permuted('imsi', number.slice(-10).padStart(10, '0'))).slice(-digits.length);
  }

  iccid(text: string): string {
    const length = Math.max(8, text.length) - ICCID_PREFIX.length - 1;
    const number =
      ICCID_PREFIX +
      this.#permuted(
        'iccid',
        text
          .replaceAll(/\D/g, '0')
          .padStart(8, '0')
          .slice(-length - 1, -1),
      );
    return (number + luhnDigit(number)).slice(-text.length);
  }

  serialNumber(digits: string): string {
    const mac = this.#mac('serial', digits.toLowerCase()).toString('hex').toUpperCase();
    return mac.slice(0, digits.length).padEnd(digits.length, '0');
  }

  coordinate(degrees: number): number {
    return Math.round(Math.round(degrees / this.#step) * this.#step * 1e6) / 1e6;
  }

  deviceId(deviceId: string): string {
    return this.#named('device', deviceId);
  }

  assetId(assetId: string): string {
    return this.#named('asset', assetId);
  }

  /** What a device and its asset are, but not which. Names, addresses, tags and a topic of its own are left out. */
  bound({ device, asset, former, registeredAt }: BoundDevice): BoundDevice {
    return {
      device: this.#device(device),
      asset: asset && this.#asset(asset),
      ...(former && {
        former: former.map(({ assetId, ...period }) => ({ assetId: this.assetId(assetId), ...period })),
      }),
      ...(registeredAt !== undefined && { registeredAt }),
    };
  }

  #device({ deviceId, model, lifecycle, imei, iccid, reportingIntervalMs }: Device): Device {
    return {
      ...{ deviceId: this.deviceId(deviceId), model, lifecycle, reportingIntervalMs },
      ...{ imei: imei && this.imei(imei), iccid: iccid && this.iccid(iccid), uplinkTopic: null },
    };
  }

  #asset({ assetId, type, location, district, attributes }: Asset): Asset {
    const [longitude, latitude] = location.coordinates;
    const kept = Object.entries(attributes).filter(
      ([name, value]) =>
        KEPT_ATTRIBUTES.includes(name) &&
        (typeof value === 'number' || (typeof value === 'string' && SHORT_WORD.test(value))),
    );
    // Street lights behind one cabinet stay behind one cabinet.
    const { refStreetlightControlCabinet: cabinet, circuit } = attributes;
    return {
      ...{ assetId: this.assetId(assetId), type, name: null, address: null, department: DEFAULT_DEPARTMENT[type] },
      location: { type: 'Point', coordinates: [this.coordinate(longitude), this.coordinate(latitude)] },
      district: district && this.#named('district', district),
      attributes: {
        ...Object.fromEntries(kept),
        ...(typeof cabinet === 'string' && { refStreetlightControlCabinet: this.assetId(cabinet) }),
        ...(typeof circuit === 'string' && { circuit: this.#named('circuit', circuit) }),
      },
    };
  }

  #named(kind: string, original: string): string {
    return this.#remembered(kind, original, () => `${kind}-${this.#mac(kind, original).toString('hex').slice(0, 16)}`);
  }

  #permuted(kind: string, digits: string): string {
    return this.#remembered(kind, digits, () => {
      const half = digits.length >> 1;
      let [left, right] = [digits.slice(0, half), digits.slice(half)];
      for (let round = 0; round < ROUNDS; round++) {
        const mac = this.#mac(`${kind}/${digits.length}/${round}`, right).readUIntBE(0, 6);
        const mixed = (Number(left) + mac) % 10 ** left.length;
        [left, right] = [right, String(mixed).padStart(left.length, '0')];
      }
      return left + right;
    });
  }

  #remembered(kind: string, original: string, make: () => string): string {
    const key = `${kind}/${original}`;
    let pseudonym = this.#known.get(key);
    if (pseudonym === undefined) this.#known.set(key, (pseudonym = make()));
    return pseudonym;
  }

  #mac(kind: string, text: string): Buffer {
    return createHmac('sha256', this.#key).update(`${kind}\0${text}`).digest();
  }
}
