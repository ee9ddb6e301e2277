import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { call } from '../api/client.ts';
import type { Account, InvitedAccount } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input } from '../ui/field.tsx';
import { ErrorNotice, useFieldErrors } from '../ui/notice.tsx';
import { formText } from './form-text.ts';
import { PasswordLink } from './password-link.tsx';
import { RoleEditor } from './role-editor.tsx';
import { ACCOUNT_TEXTS } from './texts.ts';

const FORM = 'invite';

/** A new account; then the link to give to the person. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const client = useQueryClient();
  const [roles, setRoles] = useState<Account['roles']>([{ role: 'viewer', departments: [] }]);
  const invite = useMutation({
    mutationFn: (body: object) => call<InvitedAccount>('POST', '/accounts', body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['accounts'] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = (name: string) => formText(form, name).trim();
    invite.mutate({ name: text('name'), displayName: text('displayName'), email: text('email') || null, roles });
  };
  const fields = useFieldErrors(invite.error);
  if (invite.data) {
    return (
      <Dialog
        title={invite.data.account.displayName}
        onClose={onClose}
        footer={
          <Button kind="primary" onClick={onClose}>
            {t.close}
          </Button>
        }
      >
        <PasswordLink link={invite.data.link} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={t.invite}
      onClose={onClose}
      isWide
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button kind="primary" type="submit" form={FORM} busy={invite.isPending}>
            {t.inviteDo}
          </Button>
        </>
      }
    >
      <form id={FORM} className="account-form" onSubmit={submit}>
        {fields.size === 0 && <ErrorNotice error={invite.error} />}
        <Input
          label={t.name}
          name="name"
          hint={t.nameHint}
          autoCapitalize="off"
          autoComplete="off"
          required
          error={fields.get('name')}
        />
        <Input label={t.displayName} name="displayName" autoComplete="off" required error={fields.get('displayName')} />
        <Input
          label={t.email}
          name="email"
          type="email"
          hint={t.emailHint}
          autoComplete="off"
          isOptional
          error={fields.get('email')}
        />
        <RoleEditor roles={roles} onChange={setRoles} />
      </form>
    </Dialog>
  );
}
