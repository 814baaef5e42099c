import type * as oauth from 'oauth4webapi';
import type { CryptoKey } from 'jose';
import type { ClientAuthenticationMethod } from '../../src/protocol/grant-types';
import type { TestApp } from '../support/create-test-app';
import type { PageBrowser } from '../support/page-browser';
import type { TestOAuthClient } from '../support/test-clients';

/** How an authorization request travels: in the address, pushed (RFC 9126), signed (RFC 9101), or signed and pushed. */
export const REQUEST_WAYS = ['plain', 'PAR', 'JAR', 'PAR and JAR'] as const;

/** One of them. */
export type RequestWay = (typeof REQUEST_WAYS)[number];

/** A client and all that its library is set up with, beside the issuer. */
export interface Application {
  readonly app: TestApp;
  readonly client: TestOAuthClient;
  readonly method: ClientAuthenticationMethod;
  /** Its private key, for assertions and for requests that it signs. */
  readonly key: { readonly key: CryptoKey; readonly kid: string };
  /** Whose tokens are bound to a key; null where they are bearer tokens. */
  readonly proofs: CryptoKeyPair | null;
}

/** What an application has done by its library, whichever that is. Whatever the server refuses is thrown. */
export interface ClientLibrary {
  /** Where a person is sent, to allow that scope. */
  authorizationUrl(scope: string, way: RequestWay): Promise<URL>;
  /** Takes what the browser brings back, and exchanges the code. */
  redeem(browser: PageBrowser): Promise<oauth.TokenEndpointResponse>;
  clientCredentials(scope: string): Promise<oauth.TokenEndpointResponse>;
  beginDevice(scope: string): Promise<oauth.DeviceAuthorizationResponse>;
  redeemDevice(codes: oauth.DeviceAuthorizationResponse): Promise<oauth.TokenEndpointResponse>;
  /** Uses a grant that the library has no words of its own for. */
  grant(type: string, parameters: Readonly<Record<string, string>>): Promise<oauth.TokenEndpointResponse>;
  refresh(token: string): Promise<oauth.TokenEndpointResponse>;
  /** Asks a guarded route with a token. */
  ask(token: string, url: string): Promise<Response>;
}
