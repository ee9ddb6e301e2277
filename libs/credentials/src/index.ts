export { generatePassword, hashPassword, ScryptPasswordHasher, verifyPassword } from './scrypt-password.ts';
