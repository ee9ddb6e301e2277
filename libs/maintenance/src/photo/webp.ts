import { ok, type Result } from '@stadtfunk/kernel';
import { asciiBytes, concatenated, malformed, tagAt, unsupported, viewOf, type ImageParts } from './image.ts';
import { orientationOf, orientationTiff } from './orientation.ts';

const ANIMATION = 0x02;
const ALPHA = 0x10;
const EXIF = 0x08;

interface Size {
  readonly width: number;
  readonly height: number;
}

export function isWebp(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && tagAt(bytes, 0) === 'RIFF' && tagAt(bytes, 8) === 'WEBP';
}

/**
 * The chunks of a WebP file (RFC 9649) that make the picture: one bitstream, its transparency, and a header that says so. EXIF,
 * XMP, profiles, unknown chunks and whatever stands behind the end are left out.
 */
export function webpParts(bytes: Uint8Array): Result<ImageParts> {
  const view = viewOf(bytes);
  const fileEnd = 8 + view.getUint32(4, true);
  if (fileEnd > bytes.length) return malformed('the WebP breaks off');
  let [canvas, picture]: (Size | undefined)[] = [];
  let orientation = 1;
  let flags = 0;
  const pieces: Uint8Array[] = [];
  for (let at = 12; at < fileEnd;) {
    if (at + 8 > fileEnd) return malformed('the WebP breaks off');
    const tag = tagAt(bytes, at);
    const length = view.getUint32(at + 4, true);
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (at + 8 + length > fileEnd) return malformed('the WebP breaks off inside of a chunk');
    if (tag === 'VP8X') {
      if (canvas || picture || length < 10) return malformed('the WebP has a header where none belongs');
      flags = content[0]!;
      canvas = { width: 1 + uint24(content, 4), height: 1 + uint24(content, 7) };
      if (flags & ANIMATION) return unsupported('an animation');
    } else if (tag === 'ANIM' || tag === 'ANMF') {
      return unsupported('an animation');
    } else if (tag === 'ALPH' && canvas && !picture) {
      pieces.push(chunk(tag, content));
    } else if (tag === 'VP8 ' || tag === 'VP8L') {
      if (picture) return malformed('the WebP has two pictures');
      picture = tag === 'VP8 ' ? lossySize(content) : losslessSize(content);
      if (!picture) return malformed('the picture in the WebP has no size');
      pieces.push(chunk(tag, content));
    } else if (tag === 'EXIF' && orientation === 1) {
      // Some programs write the JPEG's prefix here too.
      orientation = orientationOf(content.subarray(tagAt(content, 0) === 'Exif' ? 6 : 0));
    }
    at += 8 + length + (length % 2);
  }
  if (!picture) return malformed('the WebP has no picture');
  if (canvas && (canvas.width !== picture.width || canvas.height !== picture.height)) {
    return malformed('the picture in the WebP has another size than its header says');
  }
  const turned = orientation === 1 ? [] : [chunk('EXIF', orientationTiff(orientation))];
  const header =
    canvas || turned.length > 0 ? [extendedHeader(picture, (flags & ALPHA) | (turned.length > 0 ? EXIF : 0))] : [];
  const body = concatenated([asciiBytes('WEBP'), ...header, ...pieces, ...turned]);
  return ok({ ...picture, orientation, pieces: [chunk('RIFF', body)] });
}

/** RFC 6386, 9.1: a key frame, a start code, then the sizes in 14 bits each. */
function lossySize(content: Uint8Array): Size | undefined {
  if (content.length < 10 || content[0]! & 1) return undefined;
  if (content[3] !== 0x9d || content[4] !== 0x01 || content[5] !== 0x2a) return undefined;
  const view = viewOf(content);
  return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
}

/** RFC 9649, 3.4: a signature, then the sizes less one in 14 bits each. */
function losslessSize(content: Uint8Array): Size | undefined {
  if (content.length < 5 || content[0] !== 0x2f) return undefined;
  const bits = viewOf(content).getUint32(1, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

function extendedHeader({ width, height }: Size, flags: number): Uint8Array {
  const [w, h] = [width - 1, height - 1];
  return chunk('VP8X', Uint8Array.of(flags, 0, 0, 0, w, w >> 8, w >> 16, h, h >> 8, h >> 16));
}

function chunk(tag: string, content: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  viewOf(length).setUint32(0, content.length, true);
  return concatenated([asciiBytes(tag), length, content, new Uint8Array(content.length % 2)]);
}

function uint24(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}
