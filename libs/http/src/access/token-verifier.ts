import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares in constant time; the hash makes lengths equal. */
export function tokenVerifier(adminToken: string): (token: string) => boolean {
  const expected = sha256(adminToken);
  return (token) => timingSafeEqual(sha256(token), expected);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
