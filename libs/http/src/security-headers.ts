const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

const DATA = {
  ...EVERYWHERE,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

export type Headers = Readonly<Record<string, string>>;

/**
 * What browsers are told about an answer, by its address.
 * @param mapOrigin where the pages may load a base map from, beside this server
 */
export function securityHeaders(mapOrigin: string | null): (url: string) => Headers {
  const map = mapOrigin === null ? '' : ` ${mapOrigin}`;
  const page = {
    ...EVERYWHERE,
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "font-src 'self'",
      // blob: is a photo that is about to be sent, shown before.
      `img-src 'self' data: blob:${map}`,
      `connect-src 'self'${map}`,
      "worker-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cache-control': 'no-cache',
  };
  // File names under `files/` carry a hash of their content.
  const hashedFile = { ...page, 'cache-control': 'public, max-age=31536000, immutable' };
  return (url) => {
    if (/^\/(api|health|metrics)\b/.test(url)) return DATA;
    return url.startsWith('/files/') ? hashedFile : page;
  };
}

/** The origin of a map's address, which may hold `{z}` and the like. */
export function originOf(mapUrl: string | null): string | null {
  return mapUrl === null ? null : new URL(mapUrl.replaceAll(/[{}]/g, '')).origin;
}
