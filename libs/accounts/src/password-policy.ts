import { fail, ok, type Result } from '@stadtfunk/kernel';

/** NIST SP 800-63B-4, 3.1.1.2 wants 15 where nothing else is asked for and 8 beside a second factor; German administrations ask for 12. */
export const SHORTEST_PASSWORD = 12;
/** Characters. Hashing a book costs the server, not the thief. */
export const LONGEST_PASSWORD = 256;

/** Long enough, and still among the first that are tried. */
const COMMON = new Set([
  ...[
    'password',
    'passwort',
    'kennwort',
    'geheim',
    'willkommen',
    'welcome',
    'qwerty',
    'qwertz',
    'qwertzuiop',
    'qwertyuiop',
  ],
  ...[
    'iloveyou',
    'ichliebedich',
    'administrator',
    'admin',
    'letmein',
    'changeme',
    'schalke',
    'hallo',
    'sommer',
    'winter',
  ],
  ...[
    'fruehling',
    'herbst',
    'stadtfunk',
    'stadtverwaltung',
    'rathaus',
    'bauhof',
    'abc',
    'asdfghjkl',
    'yxcvbnm',
    'zxcvbnm',
  ],
  ...['trustno', 'superman', 'monkey', 'dragon', 'football', 'fussball', 'master', 'sunshine', 'princess', 'test'],
]);

/** As it is hashed: the same characters typed on another keyboard are the same password (NIST SP 800-63B-4, 3.1.1.2). */
export function normalisedPassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Whether a password may be set: long enough, none of the first that are tried, and not the name again. No rules on which
 * characters. Codes: `password.tooShort`, `password.tooLong`, `password.common`, `password.likeName`.
 */
export function checkPassword(password: string, { name, displayName }: NamedAccount): Result<null> {
  const normal = normalisedPassword(password);
  const length = [...normal].length;
  if (length < SHORTEST_PASSWORD) {
    return fail(
      'password.tooShort',
      `a password has ${SHORTEST_PASSWORD} characters or more; a few words make a good one`,
    );
  }
  if (length > LONGEST_PASSWORD) return fail('password.tooLong', `a password has up to ${LONGEST_PASSWORD} characters`);
  if (isCommon(normal)) return fail('password.common', 'this password is among the first that are tried');
  const plain = bare(normal);
  const names = [name, ...name.split(/[._@-]/), ...displayName.split(/\s+/)]
    .map(bare)
    .filter((part) => part.length >= 4);
  // What is left beside the name has to be a password by itself.
  const besides = names.reduce((rest, part) => rest.replaceAll(part, ''), plain);
  if (besides.length < plain.length && besides.length < SHORTEST_PASSWORD - 4) {
    return fail('password.likeName', 'this password is little more than the name');
  }
  return ok(null);
}

interface NamedAccount {
  readonly name: string;
  readonly displayName: string;
}

/** A word that everybody takes, some digits and signs around it, again and again; or a run along the keyboard. */
function isCommon(password: string): boolean {
  const lower = password.toLowerCase();
  if (new Set(lower).size <= 4) return true;
  if (isRun(lower)) return true;
  const letters = lower.replaceAll(/[^\p{L}]+/gu, ' ').trim();
  const words = letters.split(' ').filter(Boolean);
  return words.length > 0 && words.every((word) => COMMON.has(word) || isRepeated(word));
}

function isRepeated(word: string): boolean {
  return [...COMMON].some((common) => common.length >= 3 && word.replaceAll(common, '') === '');
}

/** `123456789012`, `abcdefghijkl`. */
function isRun(text: string): boolean {
  const steps = [...text].slice(1).map((character, index) => character.codePointAt(0)! - text.codePointAt(index)!);
  const along = steps.filter((step) => step === steps[0] || step === -9).length;
  return Math.abs(steps[0] ?? 0) <= 1 && along === steps.length;
}

function bare(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
