import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '@stadtfunk/config';
import { messageOf } from '@stadtfunk/kernel';
import { httpUrlOf, UserError } from '@stadtfunk/platform';

/** The administrator's token: from the environment, else the one that the platform keeps in its data folder. */
export async function adminToken(config: Pick<Config, 'STADTFUNK_ADMIN_TOKEN' | 'DATA_DIR'>): Promise<string> {
  if (config.STADTFUNK_ADMIN_TOKEN) return config.STADTFUNK_ADMIN_TOKEN;
  try {
    return (await readFile(join(config.DATA_DIR, 'secrets', 'admin-token'), 'utf8')).trim();
  } catch {
    throw new UserError(
      `no STADTFUNK_ADMIN_TOKEN is set, and none is kept in ${config.DATA_DIR} (was the platform ever started?)`,
    );
  }
}

/** Asks the running platform. A refusal or a platform that is not there is said in one line. */
export async function askApi(
  config: Config,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: unknown,
  timeoutMs = 15_000,
): Promise<unknown> {
  const url = new URL(path, httpUrlOf(config));
  const token = await adminToken(config);
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause ? messageOf(thrown.cause) : messageOf(thrown);
    throw new UserError(`no platform answers at ${url.origin} (${cause}); start it with: npm start`);
  }
  const answer = (await response.json().catch(() => ({}))) as { detail?: string };
  if (!response.ok) throw new UserError(`${response.status}: ${answer.detail ?? response.statusText}`);
  return answer;
}
