import { Fault, type Clock } from '@stadtfunk/kernel';
import { DigestChannel, type Digest, type NotificationResult, type OutboxEvent } from '@stadtfunk/maintenance';
import { RateLimit, type Rate } from '@stadtfunk/outbound';
import { createTransport } from 'nodemailer';
import { failed, failureOf } from './failure.ts';
import { digestText } from './digest-text.ts';
import { mailText, type MailTextOptions } from './mail-text.ts';
import { addressesFor, addressesOf, type MailSelection } from './recipients.ts';

export interface MailOptions extends MailSelection, MailTextOptions {
  /** `smtps://user:password@host:465`, or `smtp://` with STARTTLS, which must work unless the host is this machine. */
  readonly url: string;
  /** `name@host` or `Name <name@host>`. */
  readonly from: string;
  /** From connecting to the server's last word: a server that hangs does not hold up others. */
  readonly timeoutMs?: number;
  /** Only with encryption, and a certificate that holds. Unset: unless the server is on this machine. */
  readonly requireTls?: boolean;
  /** How many mails this process sends; the others wait in the queue. Unset: as many as there are. */
  readonly rate?: Rate;
  /** Certificates to trust, PEM. Unset: those of the system and of NODE_EXTRA_CA_CERTS. */
  readonly ca?: string;
}

export interface MailLog {
  warn(fields: object, message: string): void;
}

const TIMEOUT_MS = 30_000;
/** Mails of which some addresses have it and some must wait, that are remembered; what falls out is sent to all again. */
const MAX_PARTIAL = 1_000;

/** Mails events as plain text through an SMTP server. */
export class MailChannel extends DigestChannel {
  override readonly channel = 'mail';
  readonly #options: MailOptions;
  readonly #log: MailLog;
  readonly #clock: Clock;
  readonly #rateLimit: RateLimit;
  readonly #timeoutMs: number;
  readonly #sender: string;
  readonly #transport: ReturnType<typeof transportOf>;
  readonly #taken = new Map<number, ReadonlySet<string>>();

  /** Faults: `mail.url`, `mail.from`. */
  constructor(options: MailOptions, clock: Clock, log: MailLog) {
    super();
    this.#options = options;
    this.#clock = clock;
    this.#rateLimit = new RateLimit(options.rate ?? { count: Infinity, withinMs: 0 });
    this.#log = log;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#sender = senderOf(options.from);
    this.#transport = transportOf(options, this.#timeoutMs);
  }

  override postponeMs(event: OutboxEvent): number {
    return addressesFor(event, this.#options).length === 0 ? 0 : this.#rateLimit.waitMs(this.#clock.now());
  }

  override concerns(event: OutboxEvent): boolean {
    return addressesFor(event, this.#options).length > 0;
  }

  /** One mail to whoever gets the mails of the department. */
  override async deliverDigest(digest: Digest): Promise<NotificationResult> {
    const to = addressesOf(digest.department, this.#options);
    if (to.length === 0) return { ok: true };
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const domain = this.#sender.slice(this.#sender.lastIndexOf('@') + 1);
    const about = `${digest.from}-${digest.department}`.replace(/[^\w-]/g, '_');
    try {
      await this.#transport.sendMail({
        from: this.#options.from,
        to: [...to],
        ...digestText(digest, this.#options),
        messageId: `<digest-${about}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        disableFileAccess: true,
        disableUrlAccess: true,
        envelope: { from: this.#sender, to: [...to] },
        signal,
      });
      return { ok: true };
    } catch (thrown) {
      return failureOf(thrown, signal.aborted, this.#timeoutMs);
    }
  }

  override async deliver(event: OutboxEvent): Promise<NotificationResult> {
    const all = addressesFor(event, this.#options);
    const taken = this.#taken.get(event.eventId);
    const to = taken ? all.filter((address) => !taken.has(address)) : all;
    if (to.length === 0) return { ok: true };
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      const { accepted, rejectedErrors = [] } = await this.#transport.sendMail({
        ...this.#message(event, all),
        envelope: { from: this.#sender, to: [...to] },
        signal,
      });
      return this.#afterSending(event.eventId, accepted, rejectedErrors);
    } catch (thrown) {
      return failureOf(thrown, signal.aborted, this.#timeoutMs);
    }
  }

  /** The same for the same event, to the byte: whoever gets it twice can tell by its Message-ID. */
  #message(event: OutboxEvent, to: readonly string[]) {
    const { subject, text } = mailText(event, this.#options);
    const domain = this.#sender.slice(this.#sender.lastIndexOf('@') + 1);
    const { data } = event;
    const about = ('alertId' in data ? `alert-${data.alertId}` : `job-${data.jobId}`).replace(/[^\w-]/g, '_');
    return {
      from: this.#options.from,
      to: [...to],
      subject,
      text,
      date: new Date(event.at),
      messageId: `<event-${event.eventId}.${about}@${domain}>`,
      // Mail programs show what is about the same job or alert together.
      references: `<${about}@${domain}>`,
      // RFC 3834: no holiday notices in return.
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  /** Some addresses have the mail. Those that the server put off get it later; those that it refuses stop none of the others. */
  #afterSending(
    eventId: number,
    accepted: readonly string[],
    refusals: readonly { readonly responseCode?: number | undefined }[],
  ): NotificationResult {
    const before = this.#taken.get(eventId) ?? [];
    this.#taken.delete(eventId);
    const putOff = refusals.filter(({ responseCode = 0 }) => responseCode < 500);
    const refused = refusals.length - putOff.length;
    if (putOff.length > 0) {
      this.#taken.set(eventId, new Set([...before, ...accepted]));
      if (this.#taken.size > MAX_PARTIAL) this.#taken.delete(this.#taken.keys().next().value ?? eventId);
      return failed(
        'mail.putOff',
        `status ${putOff[0]?.responseCode ?? 0} for ${putOff.length} of the addresses`,
        true,
      );
    }
    if (refused > 0) this.#log.warn({ eventId, refused }, 'the mail server refuses some of the addresses');
    return { ok: true };
  }
}

function transportOf({ url: text, requireTls, ca }: MailOptions, timeoutMs: number) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Without the text: it holds a password.
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    throw new Fault('mail.url', 'the mail server is not an smtp(s) URL', false);
  }
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const mustEncrypt = secure || (requireTls ?? !isLoopback(host));
  const user = decoded(url.username);
  return createTransport({
    host,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: mustEncrypt && !secure,
    ...(user !== '' && { auth: { user, pass: decoded(url.password) } }),
    // Nobody listens in within one machine, and its mail server mostly shows a certificate of its own making.
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: mustEncrypt, ...(ca !== undefined && { ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketCloseTimeout: 1_000,
    maxResponseSize: 65_536,
    logger: false,
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Fault('mail.url', 'user or password in the URL of the mail server are not percent-encoded', false);
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The bare address of a mailbox. */
function senderOf(mailbox: string): string {
  const [, , inBrackets, bare] = /^([^<>\p{Cc}]*<([^\s<>@]+@[^\s<>@]+)>|([^\s<>@]+@[^\s<>@]+))$/u.exec(mailbox) ?? [];
  const address = inBrackets ?? bare;
  if (address === undefined) throw new Fault('mail.from', 'the sender of mails is not an address', false);
  return address;
}
