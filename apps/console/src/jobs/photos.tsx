import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { call } from '../api/client.ts';
import type { JobDetail } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { toast } from '../ui/toasts.tsx';
import { PhotoPicker } from './photo-picker.tsx';
import { MOST_PHOTOS, type Photo, photoPath, type RefusedPhoto, usePhotoUpload } from './photo-upload.ts';
import { RefusedPhotos } from './refused-photos.tsx';
import { JOB_TEXTS } from './texts.ts';

/** The photos of a job, and, for whoever works on it, a way to add and remove some. */
export function Photos({ job, mayWork }: { readonly job: JobDetail; readonly mayWork: boolean }): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const [removing, setRemoving] = useState<Photo | null>(null);
  const { photos, jobId } = job;
  return (
    <>
      {photos.length === 0 && <p>{t.noPhotos}</p>}
      <ul className="photos">
        {photos.map((photo) => (
          <PhotoItem key={photo.photoId} jobId={jobId} photo={photo} {...(mayWork && { onRemove: setRemoving })} />
        ))}
      </ul>
      {mayWork && photos.length < MOST_PHOTOS && <AddPhotos jobId={jobId} />}
      {removing && <RemovePhoto jobId={jobId} photo={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function PhotoItem({
  jobId,
  photo,
  onRemove,
}: {
  readonly jobId: string;
  readonly photo: Photo;
  readonly onRemove?: (photo: Photo) => void;
}): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const formats = useFormats();
  const about = fill(t.photoOf, { who: photo.addedBy, when: formats.exact(photo.addedAt) });
  const source = `/api/v1${photoPath(jobId, photo.photoId)}`;
  return (
    <li className="photo">
      <a href={source} target="_blank" rel="noreferrer">
        <img src={source} alt={about} width={photo.width} height={photo.height} loading="lazy" />
      </a>
      <span className="photo__about">{about}</span>
      {onRemove && (
        <Button kind="tertiary" icon="close" iconOnly onClick={() => onRemove(photo)}>
          {t.removePhoto}
        </Button>
      )}
    </li>
  );
}

function AddPhotos({ jobId }: { readonly jobId: string }): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const [photos, setPhotos] = useState<readonly File[]>([]);
  const [refused, setRefused] = useState<readonly RefusedPhoto[]>([]);
  const upload = usePhotoUpload(jobId);
  const send = () =>
    upload.mutate(photos, {
      onSuccess: (unfit) => {
        setPhotos([]);
        setRefused(unfit);
        if (unfit.length < photos.length) toast(t.photoAdded);
      },
    });
  return (
    <div className="form">
      <PhotoPicker photos={photos} onPhotos={setPhotos} />
      <RefusedPhotos refused={refused} />
      <ErrorNotice error={upload.error} />
      {upload.progress && <p role="status">{fill(t.uploading, upload.progress)}</p>}
      {photos.length > 0 && (
        <Button busy={upload.isPending} onClick={send}>
          {t.addPhoto}
        </Button>
      )}
    </div>
  );
}

function RemovePhoto({
  jobId,
  photo,
  onClose,
}: {
  readonly jobId: string;
  readonly photo: Photo;
  readonly onClose: () => void;
}): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const words = useTexts(UI_TEXTS);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call<undefined>('DELETE', photoPath(jobId, photo.photoId)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['jobs', 'one', jobId] });
      onClose();
    },
  });
  return (
    <Dialog
      title={t.removePhoto}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button kind="primary" busy={remove.isPending} onClick={() => remove.mutate()}>
            {t.removePhoto}
          </Button>
        </>
      }
    >
      <p>{t.removePhotoSure}</p>
      <ErrorNotice error={remove.error} />
    </Dialog>
  );
}
