import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, selfSignedCertificate } from '@stadtfunk/kernel/testing';
import type { Certificate } from '@stadtfunk/mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endOfCertificate, readCertificate, watchCertificate } from './certificate.ts';
import { UserError } from './user-error.ts';

let folder: string;
let files: { certFile: string; keyFile: string };
let stop: () => Promise<void> = () => Promise.resolve();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stadtfunk-certificate-'));
  files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

const write = async ({ cert, key }: Certificate) => {
  await writeFile(files.certFile, cert);
  await writeFile(files.keyFile, key);
};

describe('the certificate of the intake', () => {
  it('is read from its files, and knows its end', async () => {
    const certificate = selfSignedCertificate();
    await write(certificate);
    expect(await readCertificate(files)).toEqual(certificate);
    expect(endOfCertificate(certificate)).toBeGreaterThan(Date.now());
  });

  it('ends the start with one line where it is not there, or does not fit its key', async () => {
    await expect(readCertificate(files)).rejects.toThrow(UserError);
    await write({ cert: selfSignedCertificate().cert, key: selfSignedCertificate().key });
    await expect(readCertificate(files)).rejects.toThrow(/^MQTT_TLS_CERT or MQTT_TLS_KEY cannot be used: [^\n]+$/);
  });

  it('is taken anew when its files change, once, and not before both belong together', async () => {
    const [old, renewed] = [selfSignedCertificate(), selfSignedCertificate()];
    await write(old);
    const taken: string[] = [];
    const lines: string[] = [];
    const line = (_: object, message: string) => void lines.push(message);
    const logger = { info: line, warn: line } as unknown as Parameters<typeof watchCertificate>[0]['logger'];
    const renew = ({ cert, key }: Certificate) => {
      if (cert !== renewed.cert || key !== renewed.key) throw new Error('key values mismatch');
      taken.push(cert);
    };
    stop = watchCertificate({ files, present: old, renew, logger, everyMs: 5 });
    await writeFile(files.certFile, renewed.cert);
    await eventually('half of it is refused', () => lines.length > 0);
    await writeFile(files.keyFile, renewed.key);
    await eventually('it is taken', () => taken.length > 0);
    const looks = lines.length;
    await writeFile(files.keyFile, `${renewed.key}\n`);
    await eventually('it looks again', () => lines.length > looks);
    expect(taken).toEqual([renewed.cert]);
    expect(lines).toContain('devices get a new certificate');
  });
});
