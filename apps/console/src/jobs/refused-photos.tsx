import type { ReactElement } from 'react';
import { fill, useTexts } from '../i18n/texts.ts';
import { Notice, TechnicalDetail, useDetail } from '../ui/notice.tsx';
import type { RefusedPhoto } from './photo-upload.ts';
import { JOB_TEXTS } from './texts.ts';

/** The photos that the server did not take, and why. Nothing without one. */
export function RefusedPhotos({ refused }: { readonly refused: readonly RefusedPhoto[] }): ReactElement | null {
  const t = useTexts(JOB_TEXTS);
  const detailOf = useDetail();
  if (refused.length === 0) return null;
  return (
    <Notice kind="warning" title={refused.length === 1 ? t.photoRefused : fill(t.photosRefused, { n: refused.length })}>
      <ul className="list">
        {refused.map(({ photo, error }, index) => (
          <li key={`${photo.name}-${index}`}>
            <strong>{photo.name}</strong>: {detailOf(error)}
            <TechnicalDetail error={error} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}
