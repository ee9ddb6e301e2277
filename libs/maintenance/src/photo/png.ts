import { ok, type Result } from '@stadtfunk/kernel';
import { asciiBytes, concatenated, malformed, tagAt, unsupported, viewOf, type ImageParts } from './image.ts';
import { crc32 } from './crc32.ts';
import { orientationOf, orientationTiff } from './orientation.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** What the picture consists of, and how its colours and its transparency are meant. */
const KEPT = ['IHDR', 'PLTE', 'IDAT', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT'];

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/**
 * The chunks of a PNG file (W3C PNG, clause 5) that make the picture. Texts, EXIF, times, profiles, further pictures of an
 * animation, and whatever stands behind the end are left out.
 */
export function pngParts(bytes: Uint8Array): Result<ImageParts> {
  const view = viewOf(bytes);
  const pieces: Uint8Array[] = [];
  let orientation = 1;
  let size: { readonly width: number; readonly height: number } | undefined;
  let hasData = false;
  let at = SIGNATURE.length;
  for (;;) {
    if (at + 12 > bytes.length) return malformed('the PNG breaks off');
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) return malformed('the PNG breaks off inside of a chunk');
    const tag = tagAt(bytes, at + 4);
    if (!/^[A-Za-z]{4}$/.test(tag)) return malformed('the PNG has something between its chunks');
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      return malformed('a check sum of the PNG does not fit');
    }
    if ((tag === 'IHDR') !== (size === undefined)) return malformed('the PNG does not begin with one header');
    if (tag === 'IHDR') {
      if (length !== 13) return malformed('the header of the PNG has a wrong length');
      size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    }
    if (tag === 'IEND') break;
    if (tag === 'IDAT') hasData = true;
    if (tag === 'eXIf' && orientation === 1) orientation = orientationOf(bytes.subarray(at + 8, end - 4));
    if (KEPT.includes(tag)) pieces.push(bytes.subarray(at, end));
    // A capital letter: it cannot be decoded without (5.4).
    else if (/^[A-Z]/.test(tag)) return unsupported('the PNG has a chunk that is not known');
    at = end;
  }
  if (!size || !hasData) return malformed('the PNG has no picture');
  const [header, ...rest] = pieces;
  const turned = orientation === 1 ? [] : [chunk('eXIf', orientationTiff(orientation))];
  return ok({
    ...size,
    orientation,
    pieces: [SIGNATURE, header!, ...turned, ...rest, chunk('IEND', new Uint8Array())],
  });
}

function chunk(tag: string, content: Uint8Array): Uint8Array {
  const body = concatenated([asciiBytes(tag), content]);
  const whole = concatenated([new Uint8Array(4), body, new Uint8Array(4)]);
  const view = viewOf(whole);
  view.setUint32(0, content.length);
  view.setUint32(whole.length - 4, crc32(body));
  return whole;
}
