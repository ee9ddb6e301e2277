export { OidcProvider, type OidcOptions } from './oidc-provider.ts';
