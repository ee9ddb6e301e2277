import { array, assert, constantFrom, oneof, property, string, uint8Array } from 'fast-check';
import { expect, it } from 'vitest';
import { KnownTexts } from './known-texts.ts';

it('gives the text of any bytes, also where many share a slot and when they come again', () => {
  const texts = new KnownTexts();
  const ids = Array.from({ length: 200_000 }, (_, index) => Buffer.from(`nb-${index}`));
  for (const id of ids) expect(texts.read(id, 0, id.length)).toBe(id.toString());

  const odd = constantFrom('', 'ü', '\u00c3\u00bc', '\ufeffid', '\ufffd', '\0', 'x'.repeat(500)).map((text) =>
    Buffer.from(text),
  );
  const some = oneof(
    odd,
    string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  assert(
    property(array(some), (list) => {
      const all = Buffer.concat([...list, ...list]);
      let at = 0;
      for (const bytes of [...list, ...list]) {
        expect(texts.read(all, at, at + bytes.length)).toBe(bytes.toString('utf8'));
        at += bytes.length;
      }
    }),
  );
});
