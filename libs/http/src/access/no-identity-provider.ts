import { IdentityProvider } from '@stadtfunk/accounts';
import { fail } from '@stadtfunk/kernel';

/** Where the city has no sign-in of its own. */
export class NoIdentityProvider extends IdentityProvider {
  override readonly name = '';

  override begin(): Promise<never> {
    return Promise.reject(new Error('there is no identity provider'));
  }

  override async finish() {
    return fail('oidc.denied', 'there is no identity provider');
  }

  override async renew() {
    return fail('oidc.sessionOver', 'there is no identity provider');
  }

  override async signOutUrl() {
    return null;
  }
}
