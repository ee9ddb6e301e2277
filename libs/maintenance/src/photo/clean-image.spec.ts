import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanImage } from './clean-image.ts';
import { crc32 } from './crc32.ts';
import { asciiBytes, concatenated, viewOf } from './image.ts';
import { orientationTiff } from './orientation.ts';
import { PICTURES } from './pictures.fixture.ts';

const SECRET = 'GPS 50.1331 N 8.9167 E, camera of Anna Weber';

const jpeg = bytesOf(PICTURES.jpeg);
const png = bytesOf(PICTURES.png);
const webp = bytesOf(PICTURES.webp);
const webpLossless = bytesOf(PICTURES.webpLossless);
const all = { jpeg, png, webp, webpLossless };

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

const jpegSegment = (code: number, content: Uint8Array) =>
  concatenated([Uint8Array.of(0xff, code, (content.length + 2) >> 8, (content.length + 2) & 0xff), content]);
const exif = (orientation: number) =>
  concatenated([asciiBytes('Exif\0\0'), orientationTiff(orientation), asciiBytes(SECRET)]);
const afterStart = (...segments: Uint8Array[]) => concatenated([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);

function pngChunk(tag: string, content: Uint8Array): Uint8Array {
  const body = concatenated([asciiBytes(tag), content]);
  const whole = concatenated([new Uint8Array(4), body, new Uint8Array(4)]);
  viewOf(whole).setUint32(0, content.length);
  viewOf(whole).setUint32(whole.length - 4, crc32(body));
  return whole;
}
const afterHeader = (...chunks: Uint8Array[]) => concatenated([png.subarray(0, 33), ...chunks, png.subarray(33)]);

function withWebpChunk(tag: string, content: Uint8Array): Uint8Array {
  const head = concatenated([asciiBytes(tag), new Uint8Array(4)]);
  viewOf(head).setUint32(4, content.length, true);
  const whole = concatenated([webp, head, content, new Uint8Array(content.length % 2)]);
  viewOf(whole).setUint32(4, whole.length - 8, true);
  return whole;
}

function cleaned(bytes: Uint8Array) {
  const result = cleanImage(bytes);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
}
const codeOf = (bytes: Uint8Array) => {
  const result = cleanImage(bytes);
  return result.ok ? undefined : result.error.code;
};
const textOf = (bytes: Uint8Array) => String.fromCharCode(...bytes);

describe('A picture', () => {
  it('is told by its bytes, with its size', () => {
    expect(cleaned(jpeg)).toMatchObject({ mediaType: 'image/jpeg', width: 12, height: 8 });
    expect(cleaned(png)).toMatchObject({ mediaType: 'image/png', width: 12, height: 8 });
    expect(cleaned(webp)).toMatchObject({ mediaType: 'image/webp', width: 12, height: 8 });
    expect(cleaned(webpLossless)).toMatchObject({ mediaType: 'image/webp', width: 12, height: 8 });
    expect(codeOf(asciiBytes('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe('photo.unsupported');
    expect(codeOf(asciiBytes('GIF89a'))).toBe('photo.unsupported');
    expect(codeOf(new Uint8Array())).toBe('photo.unsupported');
  });

  it('loses what a camera wrote besides, and what hangs on behind', () => {
    const tail = asciiBytes(SECRET);
    const dirty = {
      exif: afterStart(jpegSegment(0xe1, exif(1))),
      xmp: afterStart(jpegSegment(0xe1, asciiBytes(`http://ns.adobe.com/xap/1.0/\0${SECRET}`))),
      iptc: afterStart(jpegSegment(0xed, asciiBytes(`Photoshop 3.0\0${SECRET}`))),
      comment: afterStart(jpegSegment(0xfe, tail)),
      preview: afterStart(jpegSegment(0xe0, concatenated([asciiBytes('JFXX\0'), tail]))),
      jpegTail: concatenated([jpeg, tail]),
      pngText: afterHeader(pngChunk('tEXt', tail), pngChunk('eXIf', exif(1)), pngChunk('tIME', tail)),
      pngTail: concatenated([png, tail]),
      webpExif: withWebpChunk('EXIF', exif(1)),
      webpXmp: withWebpChunk('XMP ', tail),
      webpTail: concatenated([webp, tail]),
    };
    for (const [name, bytes] of Object.entries(dirty)) {
      expect(textOf(bytes)).toContain(SECRET);
      const { bytes: clean } = cleaned(bytes);
      expect(textOf(clean), name).not.toContain(SECRET);
      expect(textOf(clean), name).not.toContain('ICC');
    }
    expect(cleaned(dirty.exif).bytes).toEqual(cleaned(jpeg).bytes);
    expect(cleaned(dirty.pngText).bytes).toEqual(cleaned(png).bytes);
    expect(cleaned(dirty.webpExif).bytes).toEqual(cleaned(webp).bytes);
  });

  it('stays the way up that it was', () => {
    const turned = [
      afterStart(jpegSegment(0xe1, exif(6))),
      afterHeader(pngChunk('eXIf', orientationTiff(6))),
      withWebpChunk('EXIF', orientationTiff(6)),
    ];
    for (const bytes of turned) {
      const clean = cleaned(bytes);
      expect(clean).toMatchObject({ width: 8, height: 12 });
      expect(cleaned(clean.bytes)).toEqual(clean);
      expect(textOf(clean.bytes)).not.toContain(SECRET);
    }
    expect(cleaned(afterStart(jpegSegment(0xe1, exif(77)))).bytes).toEqual(cleaned(jpeg).bytes);
  });

  it('that has been cleaned is not changed again', () => {
    for (const bytes of Object.values(all)) expect(cleaned(cleaned(bytes).bytes)).toEqual(cleaned(bytes));
  });

  it('that breaks off is refused, wherever it does', () => {
    for (const [name, bytes] of Object.entries(all)) {
      for (let length = 12; length < bytes.length; length++) {
        expect(codeOf(bytes.subarray(0, length)), `${name} of ${length} bytes`).toBe('photo.malformed');
      }
    }
  });

  it('that would fill the memory of a browser is refused', () => {
    const huge = Uint8Array.from(jpeg);
    const frame = huge.findIndex((byte, index) => byte === 0xff && huge[index + 1] === 0xc0);
    viewOf(huge).setUint16(frame + 5, 16_000);
    viewOf(huge).setUint16(frame + 7, 16_000);
    expect(codeOf(huge)).toBe('photo.dimensions');
    viewOf(huge).setUint16(frame + 5, 0);
    expect(codeOf(huge)).toBe('photo.malformed');
  });

  it('that moves, or has a wrong check sum, is refused', () => {
    const moving = Uint8Array.from(webp);
    moving[20] = moving[20]! | 0x02;
    expect(codeOf(moving)).toBe('photo.unsupported');
    const wrong = Uint8Array.from(png);
    wrong[50] = wrong[50]! ^ 1;
    expect(codeOf(wrong)).toBe('photo.malformed');
  });

  it('never breaks the reader, and never keeps what is not the picture, however it is damaged', () => {
    const damage = fc.array(fc.tuple(fc.nat({ max: 700 }), fc.nat({ max: 255 })), { maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(all)), damage, fc.nat({ max: 30 }), (picture, changes, cut) => {
        const bytes = Uint8Array.from(picture.subarray(0, picture.length - cut));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const result = cleanImage(bytes);
        if (!result.ok) return /^photo\.(malformed|unsupported|dimensions)$/.test(result.error.code);
        const again = cleanImage(result.value.bytes);
        return again.ok && textOf(again.value.bytes) === textOf(result.value.bytes);
      }),
      { numRuns: 5_000 },
    );
    fc.assert(
      fc.property(fc.constantFrom(0, 3, 8), fc.uint8Array({ maxLength: 200 }), (kind, noise) => {
        const start = [jpeg.subarray(0, 2), png.subarray(0, 8), webp.subarray(0, 12)][kind % 3]!;
        const result = cleanImage(concatenated([start, noise]));
        return result.ok || /^photo\./.test(result.error.code);
      }),
      { numRuns: 2_000 },
    );
  });

  it('with segments of any kind put in keeps none of them', () => {
    const marker = fc.constantFrom(0xe1, 0xe2, 0xe3, 0xe5, 0xed, 0xef, 0xfe, 0xf0);
    fc.assert(
      fc.property(fc.array(fc.tuple(marker, fc.uint8Array({ maxLength: 60 })), { maxLength: 5 }), (segments) => {
        const dirty = afterStart(
          ...segments.map(([code, noise]) => jpegSegment(code, concatenated([asciiBytes(SECRET), noise]))),
        );
        return textOf(cleaned(dirty).bytes) === textOf(cleaned(jpeg).bytes);
      }),
    );
  });
});
