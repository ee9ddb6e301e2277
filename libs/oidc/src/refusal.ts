import { fail, Fault, messageOf, type CodedError } from '@stadtfunk/kernel';
import * as client from 'openid-client';

/** Errors of the library by its codes: what they mean for whoever wants to sign in. */
const CODES: Readonly<Record<string, string>> = {
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'oidc.tokenInvalid',
  OAUTH_KEY_SELECTION_FAILED: 'oidc.tokenInvalid',
  OAUTH_RESPONSE_IS_NOT_CONFORM: 'oidc.tokenInvalid',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'oidc.tokenInvalid',
};

/** Statuses and codes after which the same may work. */
const AWAY = /^(?:OAUTH_TIMEOUT|OAUTH_ABORT|OAUTH_RESPONSE_IS_NOT_JSON|ECONN|ENOTFOUND|EAI_AGAIN|UND_ERR)/;

/** Why somebody was not let in; what is wrong with the provider is a fault. */
export function refusalOf(thrown: unknown): { readonly ok: false; readonly error: CodedError } {
  if (thrown instanceof client.AuthorizationResponseError) {
    return fail('oidc.denied', `the provider said ${thrown.error}`);
  }
  if (thrown instanceof client.ResponseBodyError) {
    if (thrown.error === 'invalid_grant') return fail('oidc.codeInvalid', 'the code is wrong, used or too old');
    throw thrown.status >= 500 ? unavailable(thrown) : misconfigured(thrown);
  }
  const code = codeOf(thrown) ?? '';
  const text = messagesOf(thrown);
  if (/"state"/.test(text)) return fail('oidc.stateMismatch', 'the answer is to another question');
  if (/nonce/.test(text)) return fail('oidc.nonceMismatch', 'the token is for another question');
  if (code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED') return fail('oidc.tokenInvalid', 'a claim of the token is wrong');
  const known = CODES[code];
  if (known !== undefined) return fail(known, messageOf(thrown));
  if (AWAY.test(code) || thrown instanceof TypeError) throw unavailable(thrown);
  if (/signature/i.test(text)) return fail('oidc.tokenInvalid', 'the signature of the token is wrong');
  throw misconfigured(thrown);
}

export function unavailable(thrown: unknown): Fault {
  return new Fault('identityProvider.unavailable', messageOf(thrown), true, thrown);
}

function misconfigured(thrown: unknown): Fault {
  return new Fault('identityProvider.refused', messageOf(thrown), false, thrown);
}

function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const own = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  const inner = codeOf(thrown.cause);
  return own === 'OAUTH_INVALID_RESPONSE' || own === undefined ? (inner ?? own) : own;
}

function messagesOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  return `${thrown.message} ${messagesOf(thrown.cause)}`;
}
