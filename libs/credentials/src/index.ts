export { ScryptPasswordKeeper } from './people-passwords.ts';
export {
  generatePassword,
  hashPassword,
  ScryptPasswordHasher,
  verifyPassword,
  type ScryptCost,
} from './scrypt-password.ts';
