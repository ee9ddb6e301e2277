import type { IncomingHttpHeaders } from 'node:http';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether a page of ours sent this, as far as the browser says. A cookie travels with requests that other sites cause;
 * SameSite=Strict stops most of them, but not those of another port or subdomain of the same site.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined) return site === 'same-origin';
  return URL.canParse(origin) && new URL(origin).host === host;
}

export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.includes(method);
}
