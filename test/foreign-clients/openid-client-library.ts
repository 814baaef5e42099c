import * as openid from 'openid-client';
import type { ClientAuthenticationMethod } from '../../src/protocol/grant-types';
import { networkTo } from '../support/foreign-client';
import type { PageBrowser } from '../support/page-browser';
import { CALLBACK } from '../support/test-clients';
import type { Application, ClientLibrary, RequestWay } from './client-library';

const AUTHENTICATION: Readonly<Record<ClientAuthenticationMethod, (application: Application) => openid.ClientAuth>> = {
  none: () => openid.None(),
  client_secret_basic: ({ client }) => openid.ClientSecretBasic(client.secret),
  client_secret_post: ({ client }) => openid.ClientSecretPost(client.secret),
  client_secret_jwt: ({ client }) => openid.ClientSecretJwt(client.secret),
  private_key_jwt: ({ key }) => openid.PrivateKeyJwt(key),
};

/** An application built with openid-client. */
export class OpenidClientLibrary implements ClientLibrary {
  private readonly verifier = openid.randomPKCECodeVerifier();
  private readonly state = openid.randomState();
  private readonly options: openid.DPoPOptions;

  private constructor(
    private readonly config: openid.Configuration,
    private readonly key: Application['key'],
    proofs: CryptoKeyPair | null,
  ) {
    this.options = proofs === null ? {} : { DPoP: openid.getDPoPHandle(config, proofs) };
  }

  static async open(of: Application): Promise<ClientLibrary> {
    const { app, client, method } = of;
    // The library makes proofs and assertions by the clock of the test.
    const clock = { [openid.clockSkew]: Math.floor((app.clock.now() - Date.now()) / 1_000) };
    const options = {
      algorithm: 'oauth2' as const,
      execute: [openid.allowInsecureRequests],
      [openid.customFetch]: networkTo(app),
    };
    const issuer = new URL(app.settings.issuer);
    const config = await openid.discovery(issuer, client.id, clock, AUTHENTICATION[method](of), options);
    return new OpenidClientLibrary(config, of.key, of.proofs);
  }

  async authorizationUrl(scope: string, way: RequestWay): Promise<URL> {
    const parameters = {
      redirect_uri: CALLBACK,
      scope,
      state: this.state,
      code_challenge: await openid.calculatePKCECodeChallenge(this.verifier),
      code_challenge_method: 'S256',
    };
    switch (way) {
      case 'plain':
        return openid.buildAuthorizationUrl(this.config, parameters);
      case 'PAR':
        return openid.buildAuthorizationUrlWithPAR(this.config, parameters, this.options);
      case 'JAR':
        return openid.buildAuthorizationUrlWithJAR(this.config, parameters, this.key);
      case 'PAR and JAR': {
        const signed = await openid.buildAuthorizationUrlWithJAR(this.config, parameters, this.key);
        return openid.buildAuthorizationUrlWithPAR(this.config, signed.searchParams, this.options);
      }
    }
  }

  redeem(browser: PageBrowser) {
    const checks = { pkceCodeVerifier: this.verifier, expectedState: this.state };
    return openid.authorizationCodeGrant(this.config, new URL(browser.url), checks, undefined, this.options);
  }

  clientCredentials(scope: string) {
    return openid.clientCredentialsGrant(this.config, { scope }, this.options);
  }

  beginDevice(scope: string) {
    return openid.initiateDeviceAuthorization(this.config, { scope });
  }

  redeemDevice(codes: openid.DeviceAuthorizationResponse) {
    // The person has answered already, and the library waits before it asks.
    return openid.pollDeviceAuthorizationGrant(this.config, { ...codes, interval: 0.01 }, undefined, this.options);
  }

  grant(type: string, parameters: Readonly<Record<string, string>>) {
    return openid.genericGrantRequest(this.config, type, { ...parameters }, this.options);
  }

  refresh(token: string) {
    return openid.refreshTokenGrant(this.config, token, undefined, this.options);
  }

  ask(token: string, url: string) {
    return openid.fetchProtectedResource(this.config, token, new URL(url), 'GET', null, undefined, this.options);
  }
}
