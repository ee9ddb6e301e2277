export {
  addressGuard,
  guardedLookup,
  REFUSED_ADDRESS,
  type AddressGuard,
  type FoundAddress,
  type Lookup,
} from './address-guard.ts';
export { RateLimit, type Rate } from './rate-limit.ts';
export { retryAfterMs } from './retry-after.ts';
