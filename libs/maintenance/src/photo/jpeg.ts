import { ok, type Result } from '@stadtfunk/kernel';
import { asciiBytes, concatenated, malformed, unsupported, viewOf, type ImageParts } from './image.ts';
import { orientationOf, orientationTiff } from './orientation.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP14 = 0xee;
/** Tables (DHT, DAC, DQT, DRI) and the frame: what a picture cannot be decoded without. */
const NEEDED = [0xc4, 0xcc, 0xdb, 0xdd];
/** Baseline, extended and progressive: what browsers show. */
const FRAMES = [0xc0, 0xc1, 0xc2];
const OTHER_FRAMES = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];

const EXIF = 'Exif\0\0';

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff;
}

/**
 * The segments of a JPEG file (ITU-T T.81, annex B) that make the picture. What cameras write besides is left out: EXIF with
 * place and serial number, XMP, IPTC, colour profiles, comments, previews, and whatever stands behind the end.
 */
export function jpegParts(bytes: Uint8Array): Result<ImageParts> {
  const view = viewOf(bytes);
  const pieces: Uint8Array[] = [];
  let frame: { readonly width: number; readonly height: number } | undefined;
  let orientation = 1;
  let hasScan = false;
  let at = 2;
  for (;;) {
    const marker = markerAt(bytes, at);
    if (marker === undefined) return malformed('the JPEG breaks off, or has something between its segments');
    at = marker.end;
    const { code } = marker;
    if (code === EOI) break;
    if (code === SOI || (code >= 0xd0 && code <= 0xd7) || code === 0x01 || code === 0) {
      return malformed('the JPEG has a marker where none belongs');
    }
    if (at + 2 > bytes.length) return malformed('the JPEG breaks off');
    const end = at + view.getUint16(at);
    if (end < at + 2 || end > bytes.length) return malformed('the JPEG breaks off inside of a segment');
    const content = bytes.subarray(at + 2, end);
    if (OTHER_FRAMES.includes(code)) return unsupported('a JPEG of a kind that browsers do not show');
    if (FRAMES.includes(code)) {
      if (frame) return malformed('the JPEG has two frames');
      frame = frameOf(content);
      if (!frame) return malformed('the JPEG has a frame without a size');
      pieces.push(segment(code, content));
    } else if (NEEDED.includes(code)) {
      pieces.push(segment(code, content));
    } else if (code === APP1 && startsWith(content, EXIF)) {
      if (orientation === 1) orientation = orientationOf(content.subarray(EXIF.length));
    } else if (code === APP0 && startsWith(content, 'JFIF\0') && content.length >= 14) {
      // Without the preview that may follow: its size is in the last two bytes.
      pieces.push(segment(code, concatenated([content.subarray(0, 12), Uint8Array.of(0, 0)])));
    } else if (code === APP14 && startsWith(content, 'Adobe') && content.length >= 12) {
      // Says how colours are coded.
      pieces.push(segment(code, content.subarray(0, 12)));
    } else if (code === SOS) {
      if (!frame) return malformed('the JPEG has a scan before its frame');
      hasScan = true;
      const scanEnd = endOfScan(bytes, end);
      pieces.push(segment(code, content), bytes.subarray(end, scanEnd));
      at = scanEnd;
      continue;
    }
    at = end;
  }
  if (!frame || !hasScan) return malformed('the JPEG has no picture');
  const turned =
    orientation === 1 ? [] : [segment(APP1, concatenated([asciiBytes(EXIF), orientationTiff(orientation)]))];
  const kept = [Uint8Array.of(0xff, SOI), ...turned, ...pieces, Uint8Array.of(0xff, EOI)];
  return ok({ ...frame, orientation, pieces: kept });
}

/** Any number of 0xFF may fill up before a marker (B.1.1.2). */
function markerAt(bytes: Uint8Array, at: number): { readonly code: number; readonly end: number } | undefined {
  if (bytes[at] !== 0xff) return undefined;
  let next = at + 1;
  while (bytes[next] === 0xff) next++;
  const code = bytes[next];
  return code === undefined ? undefined : { code, end: next + 1 };
}

/** In coded data 0xFF is followed by 0 (a plain 0xFF) or by a restart marker; anything else ends it (F.1.2.3). */
function endOfScan(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at >= 0) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    const isData = next === 0 || (next >= 0xd0 && next <= 0xd7);
    if (!isData) return at;
    at = bytes.indexOf(0xff, at + 2);
  }
  return bytes.length;
}

function frameOf(content: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  if (content.length < 6 || content.length !== 6 + 3 * content[5]!) return undefined;
  const view = viewOf(content);
  return { height: view.getUint16(1), width: view.getUint16(3) };
}

function segment(code: number, content: Uint8Array): Uint8Array {
  const length = content.length + 2;
  return concatenated([Uint8Array.of(0xff, code, length >> 8, length & 0xff), content]);
}

function startsWith(content: Uint8Array, text: string): boolean {
  return content.length >= text.length && asciiBytes(text).every((byte, index) => content[index] === byte);
}
