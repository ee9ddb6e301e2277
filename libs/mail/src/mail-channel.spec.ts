import { createServer, type Server, type Socket } from 'node:net';
import { ManualClock, selfSignedCertificate } from '@stadtfunk/kernel/testing';
import type { OutboxEvent } from '@stadtfunk/maintenance';
import { aJob, anAlert } from '@stadtfunk/maintenance/testing';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { MailChannel, type MailOptions } from './mail-channel.ts';
import { parseMail, smtpError, startSmtpServer, type SmtpTestServer } from './testing.ts';

const AT = Date.UTC(2026, 10, 21, 12);
const created: OutboxEvent = { eventId: 7, type: 'job.created', at: AT, data: { ...aJob('bin-1'), number: 12 } };
const USER = 'stadtfunk:p%40ss%3Aw%C3%B6rd@';
const PRIVATE = /p@ss|w.rd|hanau\.example|127\.0\.0\.1|not for logs/;
const certificate = selfSignedCertificate();

describe('mail', () => {
  const running: { close(): Promise<void> }[] = [];
  const warnings: object[] = [];

  afterEach(async () => {
    warnings.length = 0;
    for (const each of running.splice(0)) await each.close();
  });

  const start = async (options: SMTPServerOptions = {}): Promise<SmtpTestServer> => {
    const server = await startSmtpServer({ ...certificate, ...options });
    running.push(server);
    return server;
  };
  const channelTo = (port: number, options: Partial<MailOptions> = {}) =>
    new MailChannel(
      {
        url: `smtp://127.0.0.1:${port}`,
        from: 'Stadtfunk <stadtfunk@hanau.example>',
        to: [{ address: 'leitstelle@hanau.example', department: null }],
        events: ['alert.raised', 'job.created', 'job.overdue'],
        severity: 'critical',
        language: 'de',
        zone: 'Europe/Berlin',
        consoleUrl: 'https://stadtfunk.hanau.example/',
        ...options,
      },
      new ManualClock(),
      { warn: (fields) => warnings.push(fields) },
    );
  const withEncryption = { requireTls: true, ca: certificate.cert };
  /** A server that says what it is told to, and nothing else. */
  const startRaw = async (talk: (socket: Socket) => void) => {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      talk(socket);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    running.push({
      close: () => {
        for (const socket of sockets) socket.destroy();
        return new Promise((closed) => server.close(() => closed()));
      },
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  };

  it('tells of a job in plain text, with a link to the console', async () => {
    const server = await start();

    expect(await channelTo(server.port).deliver(created)).toEqual({ ok: true });

    const [mail] = server.received;
    expect(mail).toMatchObject({ from: 'stadtfunk@hanau.example', to: ['leitstelle@hanau.example'] });
    const { headers, text } = parseMail(mail!.raw);
    expect(Object.fromEntries(headers)).toMatchObject({
      from: 'Stadtfunk <stadtfunk@hanau.example>',
      to: 'leitstelle@hanau.example',
      subject: '[Auftrag 12] Behälter leeren – bin-1',
      'message-id': `<event-7.job-${aJob('bin-1').jobId}@hanau.example>`,
      date: 'Sat, 21 Nov 2026 12:00:00 +0000',
      'auto-submitted': 'auto-generated',
    });
    expect(headers.get('content-type')).toMatch(/^text\/plain; charset=utf-8/);
    expect(text).toContain('Fachbereich: waste\n');
    expect(text).toContain('Fällig:      21.11.2026, 14:00 MEZ\n');
    expect(text).toContain('\nLeitstand: https://stadtfunk.hanau.example/\n');
    expect(mail!.raw).toMatch(/^[\x20-\x7e\r\n]*$/);
  });

  it('lists what was withheld of a department in one mail, the same again if it is sent again', async () => {
    const server = await start();
    const to = [
      { address: 'leitstelle@hanau.example', department: null },
      { address: 'entsorgung@hanau.example', department: 'waste' },
      { address: 'licht@hanau.example', department: 'lighting' },
    ];
    const hour = { channel: 'mail', from: AT, until: AT + 3_600_000 };
    const digest = { ...hour, department: 'waste', count: 3, events: [created, { ...created, eventId: 8 }] };

    for (let times = 0; times < 2; times++) {
      expect(await channelTo(server.port, { to }).deliverDigest(digest)).toEqual({ ok: true });
    }

    const [mail, again] = server.received;
    expect(mail).toMatchObject({
      from: 'stadtfunk@hanau.example',
      to: ['leitstelle@hanau.example', 'entsorgung@hanau.example'],
    });
    const { headers, text } = parseMail(mail!.raw);
    expect(Object.fromEntries(headers)).toMatchObject({
      from: 'Stadtfunk <stadtfunk@hanau.example>',
      to: 'leitstelle@hanau.example, entsorgung@hanau.example',
      subject: '[Sammelmeldung] waste: 3 weitere Meldungen in einer Stunde',
      'message-id': `<digest-${AT}-waste@hanau.example>`,
      'auto-submitted': 'auto-generated',
    });
    expect(text.match(/\[Auftrag 12\] Behälter leeren – bin-1\n/g)).toHaveLength(2);
    expect(text).toContain('- … + 1\n');
    expect(parseMail(again!.raw).headers.get('message-id')).toBe(headers.get('message-id'));
  });

  it('has a digest tried again that the server does not take, and sends none that nobody gets', async () => {
    const hour = { channel: 'mail', from: AT, until: AT + 3_600_000, count: 1, events: [created] };
    const busy = await start({ onRcptTo: (_address, _session, done) => done(smtpError(451)) });

    expect(await channelTo(busy.port).deliverDigest({ ...hour, department: 'waste' })).toMatchObject({
      ok: false,
      retryable: true,
    });
    const nobody = { to: [{ address: 'licht@hanau.example', department: 'lighting' }] };
    expect(await channelTo(1, nobody).deliverDigest({ ...hour, department: 'waste' })).toEqual({ ok: true });
  });

  it('is the same message, to the byte, when an event is delivered again', async () => {
    const server = await start();

    await channelTo(server.port).deliver(created);
    await channelTo(server.port).deliver(created);

    const [first, second] = server.received;
    expect(second).toEqual(first);
  });

  it('logs in, behind STARTTLS, with a password of any characters', async () => {
    const server = await start({ authOptional: false });

    const url = `smtp://${USER}127.0.0.1:${server.port}`;
    expect(await channelTo(server.port, { url, ...withEncryption }).deliver(created)).toEqual({ ok: true });

    expect(server.received[0]).toMatchObject({ user: 'stadtfunk', encrypted: true });
  });

  it('speaks TLS from the start with smtps', async () => {
    const server = await start({ secure: true });

    const url = `smtps://${USER}127.0.0.1:${server.port}`;
    expect(await channelTo(server.port, { url, ca: certificate.cert }).deliver(created)).toEqual({ ok: true });

    expect(server.received[0]).toMatchObject({ user: 'stadtfunk', encrypted: true });
  });

  it('goes to no server whose certificate does not hold, nor to one without encryption', async () => {
    const foreign = await start();
    const implicit = await start({ secure: true });
    const plain = await start({ disabledCommands: ['STARTTLS'] });
    const url = (port: number) => `smtp://${USER}127.0.0.1:${port}`;

    const results = [
      await channelTo(foreign.port, { url: url(foreign.port), requireTls: true }).deliver(created),
      await channelTo(implicit.port, { url: `smtps://127.0.0.1:${implicit.port}` }).deliver(created),
      await channelTo(plain.port, { url: url(plain.port), ...withEncryption }).deliver(created),
    ];

    for (const result of results) {
      expect(result).toMatchObject({ ok: false, retryable: true });
      expect(JSON.stringify(result)).not.toMatch(PRIVATE);
    }
    expect([foreign, implicit, plain].flatMap(({ received }) => received)).toEqual([]);
  });

  it('needs no certificate that holds on the same machine', async () => {
    const server = await start();

    expect(await channelTo(server.port).deliver(created)).toEqual({ ok: true });

    expect(server.received[0]).toMatchObject({ encrypted: true });
  });

  it.each([
    ['an address', 'onRcptTo', 550, false],
    ['an address', 'onRcptTo', 450, true],
    ['the sender', 'onMailFrom', 553, false],
    ['the sender', 'onMailFrom', 451, true],
    ['the sender, wanting a login', 'onMailFrom', 530, true],
  ] as const)('that is refused for %s (%s, %i) is to be tried again: %s', async (_, hook, status, retryable) => {
    const server = await start({
      [hook]: (_address: unknown, _session: unknown, done: (error: Error) => void) => done(smtpError(status)),
    });

    const result = await channelTo(server.port).deliver(created);

    expect(result).toMatchObject({ ok: false, retryable });
    expect(JSON.stringify(result)).toContain(`status ${status}`);
    expect(JSON.stringify(result)).not.toMatch(PRIVATE);
  });

  it.each([
    [554, false],
    [552, false],
    [452, true],
  ])('whose content is refused with %i is to be tried again: %s', async (status, retryable) => {
    const server = await start({
      onData: (stream, _session, done) => stream.resume().on('end', () => done(smtpError(status))),
    });

    expect(await channelTo(server.port).deliver(created)).toEqual({
      ok: false,
      error: { code: 'mail.status', detail: `status ${status} to DATA` },
      retryable,
    });
  });

  it('waits for the right password, and tells nobody the wrong one', async () => {
    const server = await start();

    const url = `smtp://hanau.example:not%20for%20logs@127.0.0.1:${server.port}`;
    const result = await channelTo(server.port, { url, ...withEncryption }).deliver(created);

    expect(result).toMatchObject({ ok: false, error: { code: 'mail.login' }, retryable: true });
    expect(JSON.stringify(result)).not.toMatch(PRIVATE);
  });

  it('goes later to those addresses only that were put off', async () => {
    let isBusy = true;
    const server = await start({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('busy') && isBusy ? smtpError(450) : undefined),
    });
    const to = ['busy@hanau.example', 'free@hanau.example'].map((address) => ({ address, department: null }));
    const channel = channelTo(server.port, { to });

    expect(await channel.deliver(created)).toMatchObject({
      ok: false,
      error: { code: 'mail.putOff' },
      retryable: true,
    });
    isBusy = false;
    expect(await channel.deliver(created)).toEqual({ ok: true });

    expect(server.received.map(({ to: addresses }) => addresses)).toEqual([
      ['free@hanau.example'],
      ['busy@hanau.example'],
    ]);
    expect(server.received[1]!.raw).toBe(server.received[0]!.raw);
  });

  it('reaches the other addresses though one is refused, which is logged without the address', async () => {
    const server = await start({
      onRcptTo: ({ address }, _session, done) => done(address.startsWith('gone') ? smtpError(550) : undefined),
    });
    const to = ['gone@hanau.example', 'free@hanau.example'].map((address) => ({ address, department: null }));

    expect(await channelTo(server.port, { to }).deliver(created)).toEqual({ ok: true });

    expect(server.received.map(({ to: addresses }) => addresses)).toEqual([['free@hanau.example']]);
    expect(warnings).toEqual([{ eventId: 7, refused: 1 }]);
  });

  it.each([
    ['never greets', (socket: Socket) => void socket.resume()],
    [
      'never takes the mail',
      (socket: Socket) => void socket.on('data', () => undefined).write('220 mail.example ESMTP\r\n'),
    ],
    [
      'greets for ever',
      (socket: Socket) => {
        const timer = setInterval(() => socket.write('220-wait\r\n'), 10);
        socket.on('close', () => clearInterval(timer));
      },
    ],
  ])('is left after the timeout by a server that %s', async (_, talk) => {
    const port = await startRaw(talk);

    expect(await channelTo(port, { timeoutMs: 150 }).deliver(created)).toEqual({
      ok: false,
      error: { code: 'mail.timeout', detail: 'no answer in 150 ms' },
      retryable: true,
    });
  });

  it.each([
    ['hangs up at once', (socket: Socket) => void socket.end()],
    [
      'hangs up in the middle of the mail',
      (socket: Socket) => {
        socket.setEncoding('latin1').on('data', (text: string) => {
          if (/^DATA/m.test(text)) socket.write('354 go on\r\n');
          else if (/^Subject/im.test(text)) socket.destroy();
          else socket.write('250 fine\r\n');
        });
        socket.write('220 mail.example\r\n');
      },
    ],
    ['talks something else', (socket: Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['has no service', (socket: Socket) => void socket.end('554 not for logs\r\n')],
  ])('is tried again with a server that %s', async (_, talk) => {
    const port = await startRaw(talk);

    const result = await channelTo(port, { timeoutMs: 2_000 }).deliver(created);

    expect(result).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(result)).not.toMatch(PRIVATE);
  });

  it('is tried again where nobody listens', async () => {
    expect(await channelTo(1).deliver(created)).toEqual({
      ok: false,
      error: { code: 'mail.unreachable', detail: 'ECONNREFUSED' },
      retryable: true,
    });
  });

  it('has no header and no line more for a name with line breaks in it', async () => {
    const server = await start();
    const evil = 'Glas\r\nBcc: spy@evil.example\u2028\n.\r\nQUIT\u202e';
    const data = { ...aJob('bin-1', { title: { de: evil, en: evil }, assetId: evil, department: evil }), number: 1 };

    expect(await channelTo(server.port).deliver({ ...created, data })).toEqual({ ok: true });

    const [mail] = server.received;
    const { headers, text } = parseMail(mail!.raw);
    expect(mail!.to).toEqual(['leitstelle@hanau.example']);
    expect(headers.has('bcc')).toBe(false);
    expect(headers.get('subject')).toBe(
      '[Auftrag 1] Glas Bcc: spy@evil.example . QUIT – Glas Bcc: spy@evil.example . QUIT',
    );
    expect(text).not.toMatch(/^(Bcc|QUIT|\.)/m);
  });

  it('is sent for what was chosen only, and needs no server for the rest', async () => {
    const nowhere = channelTo(1);
    const alert = (severity: 'critical' | 'major') => ({
      ...created,
      type: 'alert.raised',
      data: anAlert('a', { severity }),
    });

    expect(await nowhere.deliver({ ...created, type: 'job.changed' })).toEqual({ ok: true });
    expect(await nowhere.deliver(alert('major'))).toEqual({ ok: true });
    expect(await nowhere.deliver(alert('critical'))).toMatchObject({ ok: false });
  });

  it('waits where enough was sent, but not for what is not mailed', () => {
    const channel = channelTo(1, { rate: { count: 1, withinMs: 60_000 } });

    expect([channel.postponeMs(created), channel.postponeMs(created)]).toEqual([0, 60_000]);
    expect(channel.postponeMs({ ...created, type: 'job.changed' })).toBe(0);
  });

  it.each([
    ['http://mail.example', 'mail.url'],
    ['smtp://user:hidden%zz@mail.example', 'mail.url'],
    ['hidden', 'mail.url'],
  ])('is not set up with the URL %s, which is not repeated', (url, code) => {
    expect(() => channelTo(1, { url })).toThrow(
      expect.objectContaining({ code, message: expect.not.stringContaining('hidden') as string }) as Error,
    );
  });

  it.each(['Stadtfunk', 'a@b\r\nBcc: c@d', 'A <a@b>\r\nBcc: c@d', '<a b@c>'])('is not sent from %j', (from) => {
    expect(() => channelTo(1, { from })).toThrow(expect.objectContaining({ code: 'mail.from' }) as Error);
  });
});
