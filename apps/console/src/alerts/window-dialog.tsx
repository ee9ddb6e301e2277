import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useId, useState } from 'react';
import { call } from '../api/client.ts';
import { useDistricts } from '../api/districts.ts';
import type { MaintenanceWindow } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useConsoleSettings } from '../shell/console-settings.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Input, Select, TextArea } from '../ui/field.tsx';
import { ErrorNotice, useFieldErrors } from '../ui/notice.tsx';
import { toast } from '../ui/toasts.tsx';
import { ofLocalField, roundedUp, toLocalField } from '../i18n/local-time.ts';
import { useRules } from './rule-titles.ts';
import { DialogButtons } from './step-dialogs.tsx';
import { ALERT_TEXTS } from './texts.ts';

const DAY_MS = 86_400_000;

/** Announces planned work. What was typed stays where the server refuses it. */
export function WindowDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const pick = usePick();
  const { zone } = useConsoleSettings();
  const client = useQueryClient();
  const rules = useRules();
  const form = useId();
  const districts = useDistricts();
  const [typed, setTyped] = useState({
    assetIds: '',
    cabinetId: '',
    district: '',
    ruleId: '',
    startsAt: '',
    endsAt: toLocalField(roundedUp(Date.now() + DAY_MS), zone),
    reason: '',
  });
  const [isTried, setTried] = useState(false);
  const set = (name: keyof typeof typed) => (event: { readonly target: { readonly value: string } }) =>
    setTyped((before) => ({ ...before, [name]: event.target.value }));
  const announce = useMutation({
    mutationFn: (body: object) => call<MaintenanceWindow>('POST', '/maintenance-windows', body),
    onSuccess: () => {
      toast(t.done);
      void client.invalidateQueries({ queryKey: ['windows'] });
      onClose();
    },
  });
  const assetIds = typed.assetIds.split(/[\s,;]+/).filter((id) => id !== '');
  const isScopeMissing =
    assetIds.length === 0 && typed.cabinetId.trim() === '' && typed.district === '' && typed.ruleId === '';
  const start = ofLocalField(typed.startsAt, zone);
  const end = ofLocalField(typed.endsAt, zone);
  const isEndMissing = end === undefined || end <= Math.max(Date.now(), start ?? 0);
  const fieldErrors = useFieldErrors(announce.error);
  const errorOf = (name: string) => [...fieldErrors].find(([path]) => path.startsWith(name))?.[1];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isScopeMissing || typed.reason.trim() === '' || isEndMissing) return;
    announce.mutate({
      ...(assetIds.length > 0 && { assetIds }),
      ...(typed.cabinetId.trim() !== '' && { cabinetId: typed.cabinetId.trim() }),
      ...(typed.district !== '' && { district: typed.district }),
      ...(typed.ruleId !== '' && { ruleId: typed.ruleId }),
      ...(start !== undefined && { startsAt: new Date(start).toISOString() }),
      endsAt: new Date(end).toISOString(),
      reason: typed.reason.trim(),
    });
  };
  return (
    <Dialog
      title={t.newWindow}
      isWide
      onClose={onClose}
      footer={<DialogButtons form={form} isBusy={announce.isPending} action={t.announce} onClose={onClose} />}
    >
      <form id={form} onSubmit={submit} noValidate className="windows-form">
        <p>{t.windowHelp}</p>
        <TextArea
          label={t.reason}
          hint={t.reasonHint}
          value={typed.reason}
          maxLength={2000}
          rows={2}
          autoFocus
          error={isTried && typed.reason.trim() === '' ? t.reasonMissing : errorOf('reason')}
          onChange={set('reason')}
        />
        <TextArea
          label={t.windowAssets}
          hint={t.windowAssetsHint}
          isOptional
          rows={2}
          value={typed.assetIds}
          error={isTried && isScopeMissing ? t.windowScopeMissing : errorOf('assetIds')}
          onChange={set('assetIds')}
        />
        <div className="windows-form__times">
          <Input
            label={t.windowCabinet}
            hint={t.windowCabinetHint}
            isOptional
            value={typed.cabinetId}
            error={errorOf('cabinetId')}
            onChange={set('cabinetId')}
          />
          <Select
            label={t.district}
            hint={t.windowDistrictHint}
            isOptional
            value={typed.district}
            options={[{ value: '', label: '–' }, ...districts]}
            error={errorOf('district')}
            onChange={set('district')}
          />
        </div>
        <Select
          label={t.rule}
          isOptional
          value={typed.ruleId}
          options={[
            { value: '', label: '–' },
            ...rules.map(({ ruleId, title }) => ({ value: ruleId, label: pick(title) })),
          ]}
          onChange={set('ruleId')}
        />
        <div className="windows-form__times">
          <Input
            type="datetime-local"
            label={t.windowStart}
            hint={t.windowStartHint}
            isOptional
            value={typed.startsAt}
            onChange={set('startsAt')}
          />
          <Input
            type="datetime-local"
            label={t.windowEnd}
            hint={fill(t.windowEndHint, { zone })}
            value={typed.endsAt}
            error={isTried && isEndMissing ? t.untilMissing : errorOf('endsAt')}
            onChange={set('endsAt')}
          />
        </div>
        <ErrorNotice error={announce.error} />
      </form>
    </Dialog>
  );
}
