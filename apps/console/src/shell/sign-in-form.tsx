import { type FormEvent, type ReactElement, useState } from 'react';
import { ApiError, apiErrorOf } from '../api/problem.ts';
import { signedIn } from '../api/session.ts';
import { fill, type Told, useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/field.tsx';
import { Notice, useDetail } from '../ui/notice.tsx';
import { linkProblem, signIn, useSignInMethods } from './sign-in.ts';
import { PROVIDER_PROBLEMS, SIGN_IN_TEXTS } from './sign-in-texts.ts';
import { useStore } from './store.ts';
import { useUrlParam } from '../ui/url-state.ts';

type Way = 'account' | 'token';

/** Account name and password, the token of the installation, or the city's own identity provider. */
export function SignInForm({
  name: fixedName = '',
  isOverPage = false,
}: {
  readonly name?: string;
  /** The page behind must stay: the identity provider opens beside it. */
  readonly isOverPage?: boolean;
}): ReactElement {
  const t = useTexts(SIGN_IN_TEXTS);
  const detailOf = useDetail();
  const reasons: Readonly<Record<string, string>> = useTexts(PROVIDER_PROBLEMS);
  const isLinkBad = useStore(linkProblem);
  const methods = useSignInMethods();
  const [refusal] = useUrlParam('problem');
  const [way, setWay] = useState<Way>('account');
  const [problem, setProblem] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string) => {
      const value = form.get(field);
      return typeof value === 'string' ? value : '';
    };
    setBusy(true);
    setProblem(null);
    try {
      const credential =
        way === 'token' ? { token: text('token').trim() } : { name: text('name').trim(), password: text('password') };
      signedIn(await signIn(credential));
      linkProblem.set(false);
    } catch (thrown) {
      setProblem(apiErrorOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  const said = problem ? whatIsWrong(problem, way, t, detailOf) : isLinkBad ? t.wrongLink : null;
  return (
    <form className="sign-in-form" onSubmit={(event) => void submit(event)}>
      {refusal !== null && (
        <Notice kind="danger" title={t.providerRefused}>
          {Object.hasOwn(reasons, refusal) && <p>{reasons[refusal]}</p>}
          <p>{fill(t.providerCode, { code: refusal })}</p>
        </Notice>
      )}
      {methods?.oidc && (
        <>
          <a
            className="kern-btn kern-btn--secondary button"
            href={`${methods.oidc.path}?to=${encodeURIComponent(location.pathname + location.search)}`}
            {...(isOverPage && { target: '_blank', rel: 'opener' })}
          >
            <span className="kern-label">{fill(t.withProvider, { name: methods.oidc.name })}</span>
          </a>
          <p className="sign-in-form__or">{t.or}</p>
        </>
      )}
      {way === 'account' ? (
        <>
          <Input label={t.name} name="name" autoComplete="username" defaultValue={fixedName} required autoFocus />
          <Input
            label={t.password}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            error={said}
          />
        </>
      ) : (
        <Input
          label={t.token}
          name="token"
          type="password"
          autoComplete="off"
          hint={t.tokenHint}
          required
          autoFocus
          error={said}
        />
      )}
      <Button kind="primary" type="submit" busy={busy}>
        {t.signIn}
      </Button>
      <Button kind="tertiary" onClick={() => setWay(way === 'account' ? 'token' : 'account')}>
        {way === 'account' ? t.withToken : t.withAccount}
      </Button>
    </form>
  );
}

function whatIsWrong(error: ApiError, way: Way, t: Told<typeof SIGN_IN_TEXTS>, detailOf: (error: ApiError) => string) {
  const { status } = error;
  if (status === 0) return t.away;
  if (status === 429) return t.tooMany;
  if (status === 401) return way === 'token' ? t.wrongToken : t.wrong;
  return fill(t.other, { detail: detailOf(error) });
}
