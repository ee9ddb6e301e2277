import { type FormEvent, type ReactElement, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useAtRisk } from '../ui/at-risk.ts';
import { Button } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { JOB_TEXTS } from './texts.ts';
import { useJobChange } from './use-job-change.ts';

export function CommentForm({ jobId }: { readonly jobId: string }): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const [note, setNote] = useState('');
  const change = useJobChange(jobId);
  const { typedLost } = useTexts(UI_TEXTS);
  useAtRisk(note.trim() === '' ? null : typedLost);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (note.trim() === '') return;
    change.mutate({ action: 'comment', body: { note: note.trim() } }, { onSuccess: () => setNote('') });
  };
  return (
    <form className="form" onSubmit={send}>
      <TextArea label={t.addComment} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
      <ErrorNotice error={change.error} />
      <Button type="submit" busy={change.isPending}>
        {t.send}
      </Button>
    </form>
  );
}
