import type { NotificationResult } from '@stadtfunk/maintenance';

/** What nodemailer says of a failure. Its message and `response` hold addresses and the server's words: never used. */
interface SmtpError {
  readonly code?: unknown;
  readonly originalCode?: unknown;
  readonly responseCode?: unknown;
  readonly command?: unknown;
}

/** Replies that speak of the connection and not of the mail (RFC 4954, 6): login wanted, refused, or only with TLS. */
const ABOUT_LOGIN: readonly unknown[] = [454, 530, 534, 535, 538];
/** Where a 5xx is about this very mail: its sender, its addresses, its content. */
const ABOUT_THE_MAIL: readonly unknown[] = ['MAIL FROM', 'RCPT TO', 'DATA'];
const COMMAND = /^[A-Z][A-Z0-9 -]{0,20}$/;

/**
 * What a thrown failure means. Final is only what the server said of the mail itself with 5xx: a wrong password or
 * certificate holds for all mails, and they leave once somebody has put it right.
 */
export function failureOf(thrown: unknown, isTooLate: boolean, timeoutMs: number): NotificationResult {
  const { code, originalCode, responseCode, command } = (thrown instanceof Error ? thrown : {}) as SmtpError;
  if (isTooLate || code === 'ETIMEDOUT') return failed('mail.timeout', `no answer in ${timeoutMs} ms`, true);
  const where = typeof command === 'string' && COMMAND.test(command) ? ` to ${command}` : '';
  if (typeof responseCode === 'number') {
    const detail = `status ${responseCode}${where}`;
    if (code === 'EAUTH' || ABOUT_LOGIN.includes(responseCode)) return failed('mail.login', detail, true);
    return failed('mail.status', detail, !(responseCode >= 500 && ABOUT_THE_MAIL.includes(command)));
  }
  const reason = typeof originalCode === 'string' ? originalCode : typeof code === 'string' ? code : 'unknown';
  if (code === 'ETLS') return failed('mail.tls', `no trustworthy encryption: ${reason}`, true);
  if (code === 'EAUTH') return failed('mail.login', reason, true);
  return failed('mail.unreachable', reason, true);
}

export function failed(code: string, detail: string, retryable: boolean): NotificationResult {
  return { ok: false, error: { code, detail }, retryable };
}
