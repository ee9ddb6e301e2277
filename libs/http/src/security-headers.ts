const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

const PAGE = {
  ...EVERYWHERE,
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'cache-control': 'no-cache',
};

/** File names under `assets/` carry a hash of their content. */
const HASHED_FILE = { ...PAGE, 'cache-control': 'public, max-age=31536000, immutable' };

const DATA = {
  ...EVERYWHERE,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** What browsers are told about an answer, by its address. */
export function securityHeaders(url: string): Readonly<Record<string, string>> {
  if (/^\/(api|health|metrics)\b/.test(url)) return DATA;
  return url.startsWith('/assets/') ? HASHED_FILE : PAGE;
}
