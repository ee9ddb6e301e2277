import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './bytes.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('a writer of bytes', () => {
  it('writes numbers as JSON has them', () => {
    const writer = new ByteWriter();
    const written = (value: number) => text(writer.number(value).done());
    const odd = [0, -0, 9, 10, 99, 100, 0.5, 0.05, 0.01, 57.3, 57.35, -12.4, -0.4, 2 ** 31 - 1, 2 ** 31, 1.7e12];
    for (const value of [...odd, 0.1 + 0.2, 1e21, 1e-7, 12_345.678, 21_474_836.47, 21_474_836.48]) {
      expect(written(value)).toBe(String(value));
    }
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 33), max: 2 ** 33 }), fc.constantFrom(1, 10, 100, 1000), (whole, by) => {
        expect(written(whole / by)).toBe(String(whole / by));
      }),
    );
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(written(value)).toBe(String(value));
      }),
    );
  });

  it('keeps what it has written before, and messages of any length whole', () => {
    const writer = new ByteWriter();
    const messages = Array.from({ length: 40 }, (_, number) => String(number % 10).repeat(7_000 * ((number % 3) + 1)));
    const written = messages.map((message) => {
      for (const character of message) writer.ascii(character);
      expect(writer.length).toBe(message.length);
      return writer.done();
    });
    expect(written.map(text)).toEqual(messages);
    expect(writer.length).toBe(0);
  });

  it('shares little memory with others', () => {
    const writer = new ByteWriter();
    for (let count = 0; count < 5_000; count++) {
      expect(writer.number(count).done().buffer.byteLength).toBeLessThanOrEqual(65_536);
    }
  });
});
