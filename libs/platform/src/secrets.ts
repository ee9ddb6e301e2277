import { hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '@stadtfunk/config';
import { messageOf } from '@stadtfunk/kernel';
import { UserError } from './user-error.ts';

/** The folder of everything that is kept, readable by its owner only. */
export async function prepareDataFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw unusable(dataDir, thrown);
  }
}

export interface ApiSecrets {
  /** The administrator's token. */
  readonly token: string;
  /** Signs sessions. */
  readonly sessionKey: string;
}

/**
 * What the API needs to know its callers. Where the token is set, the session key follows from it, so that several
 * processes accept each other's sessions and need no folder; else both are made and kept.
 */
export async function apiSecrets({ STADTFUNK_ADMIN_TOKEN: token, DATA_DIR }: Config): Promise<ApiSecrets> {
  if (token !== undefined) {
    const key = hkdfSync('sha256', token, '', 'stadtfunk session key', 32);
    return { token, sessionKey: Buffer.from(key).toString('base64url') };
  }
  await prepareDataFolder(DATA_DIR);
  return { token: await keptSecret(DATA_DIR, 'admin-token'), sessionKey: await keptSecret(DATA_DIR, 'session-key') };
}

/**
 * A secret of this installation: made at the first start, kept in the data folder, the same ever after.
 * @param name `admin-token`, `session-key`
 */
async function keptSecret(dataDir: string, name: string): Promise<string> {
  const path = join(dataDir, 'secrets', name);
  try {
    // Fails if the file exists, so two starts at once cannot make two secrets.
    const file = await open(path, 'wx', 0o600);
    const secret = randomBytes(32).toString('base64url');
    try {
      await file.writeFile(secret);
      await file.sync();
    } finally {
      await file.close();
    }
    return secret;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(dataDir, thrown);
    const secret = (await readFile(path, 'utf8')).trim();
    if (secret.length < 32) throw new UserError(`${path} holds no secret: delete it, and a new one is made`, 2);
    return secret;
  }
}

function unusable(dataDir: string, thrown: unknown): UserError {
  return new UserError(`DATA_DIR ${dataDir} cannot be used: ${messageOf(thrown)}`, 2);
}
