import { messageOf } from '@stadtfunk/kernel';
import type { HealthCheck } from '../http-options.ts';

/** null: it passes; else why not. A check that does not answer in time does not pass. */
export async function runCheck(check: HealthCheck, timeoutMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([check.probe(), timeout]);
    return null;
  } catch (thrown) {
    return messageOf(thrown);
  } finally {
    clearTimeout(timer);
  }
}
