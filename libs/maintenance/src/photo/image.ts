import { fail, type CodedError } from '@stadtfunk/kernel';

export const PHOTO_MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type PhotoMediaType = (typeof PHOTO_MEDIA_TYPES)[number];

/** A picture without anything but the picture. */
export interface CleanImage {
  readonly mediaType: PhotoMediaType;
  /** As it is shown, in pixels: turned by its orientation. */
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** What an image file consists of: the pieces that are kept, in order, and what they say. */
export interface ImageParts {
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
  readonly pieces: readonly Uint8Array[];
}

export function malformed(detail: string): { readonly ok: false; readonly error: CodedError } {
  return fail('photo.malformed', detail);
}

export function unsupported(detail: string): { readonly ok: false; readonly error: CodedError } {
  return fail('photo.unsupported', detail);
}

export function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The name of a chunk: four bytes as characters. */
export function tagAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
