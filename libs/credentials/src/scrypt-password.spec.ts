import { describe, expect, it } from 'vitest';
import { generatePassword, hashPassword, verifyPassword } from './scrypt-password.ts';

describe('device passwords', () => {
  it('are URL-safe, long enough for 128 bits, and never twice the same', () => {
    const passwords = new Set(Array.from({ length: 1_000 }, generatePassword));
    expect([...passwords].filter((password) => /^[-_]/.test(password))).toEqual([]);
    expect(passwords.size).toBe(1_000);
    for (const password of passwords) expect(password).toMatch(/^[A-Za-z0-9_-]{32}$/);
  });

  it('are verified against their PHC string, as text or as bytes', async () => {
    const phc = await hashPassword('street lamp 17');
    expect(phc).toMatch(/^\$scrypt\$ln=12,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword('street lamp 17', phc)).toBe(true);
    expect(await verifyPassword(Buffer.from('street lamp 17'), phc)).toBe(true);
    expect(await verifyPassword('street lamp 18', phc)).toBe(false);
    expect(await verifyPassword('', phc)).toBe(false);
  });

  it('have a salt of their own', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
  });

  it('are verified with the cost that the string names: the third test vector of RFC 7914', async () => {
    const hex =
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
      'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887';
    const vector = Buffer.from(hex, 'hex').toString('base64').replaceAll('=', '');
    expect(await verifyPassword('pleaseletmein', `$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$${vector}`)).toBe(true);
  });

  it.each([
    ['plain text', 'secret'],
    ['another function', '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA'],
    ['an absurd cost', '$scrypt$ln=40,r=8,p=1$U29kaXVtQ2hsb3JpZGU$aGFzaGhhc2hoYXNoaGFzaA'],
    ['no cost', '$scrypt$ln=0,r=8,p=1$U29kaXVtQ2hsb3JpZGU$aGFzaGhhc2hoYXNoaGFzaA'],
    ['an empty hash', '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$'],
  ])('refuse a stored hash that is %s, without showing it', async (_, phc) => {
    const refused = verifyPassword('anything', phc);
    await expect(refused).rejects.toMatchObject({ code: 'credential.malformed', retryable: false });
    await expect(refused).rejects.not.toThrow(phc);
  });
});
