import { type ReactElement, useEffect, useRef, useState } from 'react';
import { fill, useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { MOST_PHOTO_BYTES, MOST_PHOTOS, PHOTO_TYPES } from './photo-upload.ts';
import { JOB_TEXTS } from './texts.ts';

const MIB = 1024 * 1024;

type Told = { readonly [Name in keyof typeof JOB_TEXTS]: string };

/** Why a file cannot be a photo of a job; null: it can. */
export function photoProblem(file: File, t: Told): string | null {
  const { name, type, size } = file;
  if (!PHOTO_TYPES.some((known) => known === type)) return fill(t.photoWrongType, { name });
  if (size > MOST_PHOTO_BYTES) return fill(t.photoTooLarge, { name, mib: MOST_PHOTO_BYTES / MIB });
  return null;
}

/** Chooses photos, or takes them on a telephone; shows each before it is sent. */
export function PhotoPicker({
  photos,
  onPhotos,
}: {
  readonly photos: readonly File[];
  readonly onPhotos: (photos: readonly File[]) => void;
}): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const [problem, setProblem] = useState<string | null>(null);
  const take = (chosen: readonly File[]) => {
    const problems = chosen.map((file) => photoProblem(file, t)).filter((each) => each !== null);
    const fitting = chosen.filter((file) => photoProblem(file, t) === null);
    const all = [...photos, ...fitting];
    if (all.length > MOST_PHOTOS) problems.push(fill(t.photoTooMany, { most: MOST_PHOTOS }));
    setProblem(problems.length > 0 ? problems.join(' ') : null);
    onPhotos(all.slice(0, MOST_PHOTOS));
  };
  return (
    <>
      <Field
        label={t.photos}
        isOptional
        hint={fill(t.photoHint, { mib: MOST_PHOTO_BYTES / MIB, most: MOST_PHOTOS })}
        error={problem}
      >
        {(described) => (
          // Browsers write their own words on such an input, in their own language: ours stand on the label over it.
          <span className="file-input">
            <span className="kern-btn kern-btn--secondary button" aria-hidden="true">
              <span className="kern-label">{t.choosePhotos}</span>
            </span>
            <input
              {...described}
              type="file"
              multiple
              accept={PHOTO_TYPES.join(',')}
              onChange={(event) => {
                take([...(event.target.files ?? [])]);
                event.target.value = '';
              }}
            />
          </span>
        )}
      </Field>
      {photos.length > 0 && (
        <ul className="photo-previews">
          {photos.map((photo, index) => (
            <li key={`${photo.name}-${index}`}>
              <Preview photo={photo} />
              <Button
                kind="tertiary"
                icon="close"
                iconOnly
                onClick={() => onPhotos(photos.filter((_, other) => other !== index))}
              >
                {`${t.removePhoto}: ${photo.name}`}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const PREVIEW_PX = 240;

/** Drawn on a canvas: the policy for content allows no pictures but those of the server. */
export function Preview({ photo }: { readonly photo: Blob & { readonly name?: string } }): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isGone = false;
    void createImageBitmap(photo, { resizeHeight: PREVIEW_PX, resizeQuality: 'medium' }).then(
      (bitmap) => {
        const element = canvas.current;
        if (isGone || !element) return;
        element.width = bitmap.width;
        element.height = bitmap.height;
        element.getContext('2d')?.drawImage(bitmap, 0, 0);
      },
      // A broken file has no preview; the server says what is wrong with it.
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [photo]);
  return (
    <canvas
      ref={canvas}
      className="photo-preview"
      role="img"
      aria-label={fill(t.photoPreview, { name: photo.name ?? '' })}
    />
  );
}
