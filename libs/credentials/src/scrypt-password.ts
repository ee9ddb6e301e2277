import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { PasswordHasher } from '@stadtfunk/devices';
import { Fault } from '@stadtfunk/kernel';

/** 2^ln rounds of r blocks, p times: 128 * r * 2^ln bytes of memory. */
export interface ScryptCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/**
 * Cost of new hashes: 2^12 rounds of 8 blocks are 4 MiB and some 10 ms on one core. Ours are 192 random bits, which no
 * cost makes harder to guess; but 10,000 devices that come back after a restart are all verified anew.
 */
const COST: ScryptCost = { ln: 12, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const PASSWORD_BYTES = 24;

/** What a stored hash may ask for, so that a forged one cannot exhaust the memory: 2^17 rounds of 16 blocks, 256 MiB. */
const MOST = { ln: 17, r: 16, p: 4 };

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** A new password: 192 random bits, 32 URL-safe characters. */
export function generatePassword(): string {
  let password: string;
  do password = randomBytes(PASSWORD_BYTES).toString('base64url');
  while (
    // Spreadsheets, in which people hand them over, take what begins with a sign for a formula.
    !/^[A-Za-z0-9]/.test(password)
  );
  return password;
}

/** PHC string of the scrypt hash of a password: `$scrypt$ln=12,r=8,p=1$salt$hash`, Base64 without padding. */
export async function hashPassword(password: string | Uint8Array, cost: ScryptCost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, cost);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/**
 * Whether this is the password of a PHC string. Takes as long for a wrong password as for the right one.
 * Throws the fault `credential.malformed` if the string is no scrypt hash, or one of an unreasonable cost.
 */
export async function verifyPassword(password: string | Uint8Array, phc: string): Promise<boolean> {
  const [, ln, r, p, salt, hash] = PHC.exec(phc) ?? [];
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const isReasonable = [cost.ln, cost.r, cost.p].every((value) => value >= 1);
  if (!salt || !hash || !isReasonable || cost.ln > MOST.ln || cost.r > MOST.r || cost.p > MOST.p) {
    throw new Fault('credential.malformed', 'a stored password hash is not an scrypt PHC string', false);
  }
  const expected = Buffer.from(hash, 'base64');
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), expected.length, cost), expected);
}

/** Device passwords by scrypt, as the port that the registry's users ask for. */
export class ScryptPasswordHasher extends PasswordHasher {
  override generate(): string {
    return generatePassword();
  }

  override hash(password: string): Promise<string> {
    return hashPassword(password);
  }
}

function derive(password: string | Uint8Array, salt: Uint8Array, bytes: number, cost: ScryptCost): Promise<Buffer> {
  const N = 2 ** cost.ln;
  // Node refuses more than 32 MiB unless told otherwise; scrypt needs 128 * N * r and a little.
  const options: ScryptOptions = {
    N,
    r: cost.r,
    p: cost.p,
    maxmem: 128 * N * cost.r + 128 * cost.r * cost.p + 2 ** 20,
  };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, options, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
