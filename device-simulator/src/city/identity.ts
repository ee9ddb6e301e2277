import { Random } from '../random.ts';

/** The identities that a modem and its SIM carry. Made up, with valid check digits. */
export interface RadioIdentity {
  readonly imei: string;
  readonly imsi: string;
  readonly iccid: string;
}

/** Luhn check digit (ISO/IEC 7812-1) that belongs behind these digits. */
export function luhnDigit(digits: string): string {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 0 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return String((10 - (sum % 10)) % 10);
}

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.integer(0, 9)).join('');
}

export function radioIdentity(random: Random): RadioIdentity {
  const imei = `35${digits(random, 12)}`;
  // 262 is Germany; network 98 is set aside for private networks and tests.
  const iccid = `8949${digits(random, 14)}`;
  return { imei: imei + luhnDigit(imei), imsi: `26298${digits(random, 10)}`, iccid: iccid + luhnDigit(iccid) };
}

/**
 * The same, of the device with this number in its city: no two of a million are alike. The type allocation code (its first eight digits)
 * is that of its batch, by the model.
 */
export function radioIdentityOf(seed: number, batch: string, index: number): RadioIdentity {
  const random = Random.of(seed, 'batch', batch);
  const imei = `35${digits(random, 6)}${numbered(index, 6)}`;
  const iccid = `8949${digits(random, 6)}${numbered(index, 8)}`;
  return {
    imei: imei + luhnDigit(imei),
    imsi: `26298${digits(random, 2)}${numbered(index, 8)}`,
    iccid: iccid + luhnDigit(iccid),
  };
}

const numbered = (index: number, digits: number): string => String(index).padStart(digits, '0').slice(-digits);
