import { ApiError } from '../api/problem.ts';
import type { Told } from '../i18n/texts.ts';
import type { ACCOUNT_TEXTS } from './texts.ts';

type Name = keyof typeof ACCOUNT_TEXTS;

const TEXTS: Readonly<Record<string, Name>> = {
  'password.wrong': 'wrongCurrent',
  'password.tooShort': 'tooShort',
  'password.tooLong': 'tooLong',
  'password.common': 'common',
  'password.likeName': 'likeName',
  'access.tooManyFailures': 'tooMany',
};

/** What is wrong with a password, in the present language; null: nothing that belongs beside it. */
export function passwordProblem(error: unknown, t: Told<typeof ACCOUNT_TEXTS>): string | null {
  const name = error instanceof ApiError ? TEXTS[error.code] : undefined;
  return name === undefined ? null : t[name];
}
