import { describe, expect, it } from 'vitest';
import { checkPassword } from './password-policy.ts';

const ACCOUNT = { name: 'm.weber', displayName: 'Mia Weber' };
const codeOf = (password: string) => {
  const checked = checkPassword(password, ACCOUNT);
  return checked.ok ? 'fine' : checked.error.code;
};

describe('A password', () => {
  it.each([
    'vier müde Laternen',
    'correct horse battery staple',
    'xkTz-qrPw-9vLm',
    '👩‍🚒🧯🚒🔥👩‍🚒🧯🚒🔥',
    'Laterne am Bauhof 7',
    'Mia Weber fährt gern Rad',
  ])('may be %s', (password) => {
    expect(codeOf(password)).toBe('fine');
  });

  it.each([
    ['password.tooShort', 'kurz&knapp!'],
    ['password.tooShort', '👩👩👩👩👩👩👩👩👩👩👩'],
    ['password.tooLong', 'ab cd '.repeat(50)],
    ['password.common', 'Passwort2026!'],
    ['password.common', 'passwortpasswort'],
    ['password.common', 'Stadtfunk-123456'],
    ['password.common', '123456789012'],
    ['password.common', 'abcdefghijkl'],
    ['password.common', 'aaaaaaaaaaaaaaaa'],
    ['password.common', 'abababababababab'],
    ['password.common', 'Qwertzuiop123'],
    ['password.likeName', 'MiaWeber2026!'],
    ['password.likeName', 'weber.weber.weber'],
  ])('is refused with %s: %s', (code, password) => {
    expect(codeOf(password)).toBe(code);
  });

  it('needs no digits, signs or capitals', () => {
    expect(codeOf('regen im november')).toBe('fine');
  });
});
