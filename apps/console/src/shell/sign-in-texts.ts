import type { Texts } from '../i18n/texts.ts';

export const SIGN_IN_TEXTS = {
  title: { de: 'Anmelden', en: 'Sign in' },
  claim: { de: 'Was die Stadt meldet, und was daraus wird.', en: 'What the city reports, and what becomes of it.' },
  name: { de: 'Kontoname', en: 'Account name' },
  password: { de: 'Kennwort', en: 'Password' },
  token: { de: 'API-Token', en: 'API token' },
  tokenHint: {
    de: 'Für die Einrichtung: das Token, mit dem der Server gestartet wurde.',
    en: 'For setting up: the token that the server was started with.',
  },
  signIn: { de: 'Anmelden', en: 'Sign in' },
  withProvider: { de: 'Mit {name} anmelden', en: 'Sign in with {name}' },
  providerRefused: {
    de: 'Die Anmeldung über den Identitätsdienst ging nicht.',
    en: 'Signing in with the identity provider did not work.',
  },
  providerCode: {
    de: 'Bitte noch einmal versuchen; hilft das nicht, nennen Sie Ihrer Administration diesen Grund: {code}',
    en: 'Please try again; if that does not help, tell your administrators this reason: {code}',
  },
  or: { de: 'oder', en: 'or' },
  withToken: { de: 'Mit dem API-Token anmelden', en: 'Sign in with the API token' },
  withAccount: { de: 'Mit Konto und Kennwort anmelden', en: 'Sign in with account and password' },
  wrong: { de: 'Kontoname oder Kennwort stimmt nicht.', en: 'The account name or the password is wrong.' },
  wrongToken: { de: 'Das Token stimmt nicht.', en: 'The token is wrong.' },
  wrongLink: {
    de: 'Der Link ist verbraucht oder zu alt. Bitte anders anmelden oder um einen neuen Link bitten.',
    en: 'The link has been used or is too old. Please sign in another way or ask for a new link.',
  },
  tooMany: {
    de: 'Zu viele Fehlversuche. Bitte in einigen Minuten noch einmal versuchen.',
    en: 'Too many failed attempts. Please try again in a few minutes.',
  },
  away: { de: 'Der Server ist nicht erreichbar.', en: 'The server cannot be reached.' },
  other: { de: 'Die Anmeldung ging nicht: {detail}', en: 'Signing in did not work: {detail}' },
  expired: { de: 'Ihre Sitzung ist abgelaufen', en: 'Your session has ended' },
  expiredHelp: {
    de: 'Melden Sie sich wieder an, dann geht es genau hier weiter. Ihre Eingaben sind noch da.',
    en: 'Sign in again and go on exactly here. What you typed is still there.',
  },
  leave: { de: 'Abmelden und Eingaben verwerfen', en: 'Sign out and drop what was typed' },
} as const satisfies Texts;

/** Why the identity provider was of no use, by the code with which one is sent back: what one can do something about. */
export const PROVIDER_PROBLEMS = {
  'account.noRole': {
    de: 'Ihre Gruppen beim Identitätsdienst geben Ihnen hier keine Rolle.',
    en: 'Your groups at the identity provider give you no role here.',
  },
  'account.locked': { de: 'Ihr Konto ist gesperrt.', en: 'Your account is locked.' },
  'oidc.denied': {
    de: 'Der Identitätsdienst hat die Anmeldung abgelehnt.',
    en: 'The identity provider refused to sign you in.',
  },
  'oidc.stateMismatch': { de: 'Diese Anmeldung ist abgelaufen.', en: 'This sign-in has expired.' },
  'oidc.codeInvalid': { de: 'Diese Anmeldung ist abgelaufen.', en: 'This sign-in has expired.' },
  'identityProvider.unavailable': {
    de: 'Der Identitätsdienst ist nicht erreichbar.',
    en: 'The identity provider cannot be reached.',
  },
  'access.tooManyFailures': {
    de: 'Es gab zu viele Fehlversuche. Bitte eine Weile warten.',
    en: 'There were too many failures. Please wait a while.',
  },
} as const satisfies Texts;
