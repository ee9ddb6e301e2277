import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Config } from '@stadtfunk/config';
import { messageOf } from '@stadtfunk/kernel';
import type { Certificate } from '@stadtfunk/mqtt';
import type { Logger } from '@stadtfunk/observability';
import { repeat } from './repeat.ts';
import { UserError } from './user-error.ts';

/** A certificate is renewed weeks before it ends: nobody has to see this at once. */
const LOOK_EVERY_MS = 60_000;

interface Files {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Where the certificate of the intake lies; null: there is no TLS. */
export function certificateFiles({ MQTT_TLS_CERT, MQTT_TLS_KEY }: Config): Files | null {
  return MQTT_TLS_CERT && MQTT_TLS_KEY ? { certFile: MQTT_TLS_CERT, keyFile: MQTT_TLS_KEY } : null;
}

export async function readCertificate(files: Files): Promise<Certificate> {
  try {
    const certificate = await read(files);
    createSecureContext(certificate); // Throws where the two do not belong together.
    return certificate;
  } catch (thrown) {
    throw new UserError(`MQTT_TLS_CERT or MQTT_TLS_KEY cannot be used: ${messageOf(thrown)}`, 2);
  }
}

/** End of the first certificate of a chain, UTC ms. */
export function endOfCertificate({ cert }: Certificate): number {
  return Date.parse(new X509Certificate(cert).validTo);
}

export interface CertificateWatch {
  readonly files: Files;
  /** The one in use. */
  readonly present: Certificate;
  /** Throws what is wrong with it: then the present one stays in use. */
  readonly renew: (certificate: Certificate) => void;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly everyMs?: number;
}

/** Takes the certificate anew when its files have changed; gives what stops it. */
export function watchCertificate({ files, present, renew, logger, everyMs }: CertificateWatch): () => Promise<void> {
  let inUse = present;
  const look = async () => {
    const found = await read(files);
    if (found.cert === inUse.cert && found.key === inUse.key) return;
    // Between the two files being written they do not belong together: the next look finds that they do.
    renew(found);
    inUse = found;
    logger.info({ until: new Date(endOfCertificate(found)).toISOString() }, 'devices get a new certificate');
  };
  const onFault = (thrown: unknown) =>
    logger.warn({ err: thrown }, 'the renewed certificate cannot be used; the present one stays in use');
  return repeat(everyMs ?? LOOK_EVERY_MS, look, onFault);
}

async function read({ certFile, keyFile }: Files): Promise<Certificate> {
  const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
  return { cert, key };
}
