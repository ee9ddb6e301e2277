import type { Config } from '@stadtfunk/config';

/** Where a process with these settings answers over HTTP, for a program on the same machine. */
export function httpUrlOf(config: Pick<Config, 'HOST' | 'HTTP_PORT'>): string {
  const host = config.HOST === '0.0.0.0' || config.HOST === '::' ? '127.0.0.1' : config.HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.HTTP_PORT}`;
}
