import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('has the check value of CRC-32C', () => {
  expect(crc32c(bytes('123456789'))).toBe(0xe3069283);
});

test('gives the values of RFC 3720, B.4', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
});

test('goes on from the value of what comes before, at any cut', () => {
  const whole = Uint8Array.from({ length: 100 }, (_, index) => index * 7);
  for (let cut = 0; cut <= whole.length; cut++) {
    expect(crc32c(whole, cut, whole.length, crc32c(whole, 0, cut))).toBe(crc32c(whole));
  }
});
