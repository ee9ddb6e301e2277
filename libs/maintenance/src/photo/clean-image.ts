import { ok, type Result } from '@stadtfunk/kernel';
import {
  concatenated,
  malformed,
  unsupported,
  type CleanImage,
  type ImageParts,
  type PhotoMediaType,
} from './image.ts';
import { isJpeg, jpegParts } from './jpeg.ts';
import { isPng, pngParts } from './png.ts';
import { isWebp, webpParts } from './webp.ts';

/** What a browser would need gigabytes to show, out of a file of some kilobytes. */
const MOST_PIXELS = 64_000_000;
const LONGEST_SIDE_PX = 16_383;

interface Kind {
  readonly mediaType: PhotoMediaType;
  readonly is: (bytes: Uint8Array) => boolean;
  readonly parts: (bytes: Uint8Array) => Result<ImageParts>;
}

const KINDS: readonly Kind[] = [
  { mediaType: 'image/jpeg', is: isJpeg, parts: jpegParts },
  { mediaType: 'image/png', is: isPng, parts: pngParts },
  { mediaType: 'image/webp', is: isWebp, parts: webpParts },
];

/**
 * The picture in a file, told by its first bytes, without what cameras write besides: where it was taken, when, by whom and with
 * what. How it has to be turned stays. Errors: `photo.unsupported`, `photo.malformed`, `photo.dimensions`.
 */
export function cleanImage(bytes: Uint8Array): Result<CleanImage> {
  const kind = KINDS.find(({ is }) => is(bytes));
  if (!kind) return unsupported('neither JPEG nor PNG nor WebP');
  const parts = kind.parts(bytes);
  if (!parts.ok) return parts;
  const { width, height, orientation, pieces } = parts.value;
  if (width === 0 || height === 0) return malformed('the picture has no size');
  if (Math.max(width, height) > LONGEST_SIDE_PX || width * height > MOST_PIXELS) {
    const detail = `${width} × ${height} pixels; up to ${MOST_PIXELS / 1e6} million and ${LONGEST_SIDE_PX} on a side are taken`;
    return { ok: false, error: { code: 'photo.dimensions', detail } };
  }
  // From 5 on it lies on its side.
  const shown = orientation >= 5 ? { width: height, height: width } : { width, height };
  return ok({ mediaType: kind.mediaType, ...shown, bytes: concatenated(pieces) });
}
