import * as oauth from 'oauth4webapi';
import type { TestApp } from './create-test-app';
import { type Network, networkTo } from './foreign-client';
import { PageBrowser } from './page-browser';
import { CALLBACK, type TestOAuthClient } from './test-clients';

/** An application that people sign in to: a client library that knows the issuer alone, and a browser. */
export class ForeignApplication {
  readonly options: { [oauth.customFetch]: Network; [oauth.allowInsecureRequests]: true };
  readonly client: oauth.Client;
  readonly redirectUri: string;
  private readonly issuer: string;
  verifier = oauth.generateRandomCodeVerifier();
  state = oauth.generateRandomState();
  /** What its ID token has to bring back, where the request named it. */
  nonce: string | undefined;
  private server: oauth.AuthorizationServer | undefined;

  constructor(
    app: TestApp,
    { id }: TestOAuthClient,
    readonly authentication: oauth.ClientAuth,
    {
      redirectUri = CALLBACK,
      nodes = [app],
    }: { readonly redirectUri?: string; readonly nodes?: readonly TestApp[] } = {},
  ) {
    // The library makes proofs and assertions by the clock of the test.
    this.client = { client_id: id, [oauth.clockSkew]: Math.floor((app.clock.now() - Date.now()) / 1_000) };
    this.redirectUri = redirectUri;
    this.issuer = app.settings.issuer;
    this.options = { [oauth.customFetch]: networkTo(...nodes), [oauth.allowInsecureRequests]: true };
  }

  /** What the server says of itself. */
  async discover(): Promise<oauth.AuthorizationServer> {
    if (this.server !== undefined) return this.server;
    const issuer = new URL(this.issuer);
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...this.options });
    return (this.server = await oauth.processDiscoveryResponse(issuer, response));
  }

  /** Where it sends people. */
  async authorizationUrl(parameters: Readonly<Record<string, string>> = {}): Promise<string> {
    const { authorization_endpoint: endpoint = '' } = await this.discover();
    const url = new URL(endpoint);
    const all = {
      client_id: this.client.client_id,
      redirect_uri: this.redirectUri,
      response_type: 'code',
      code_challenge: await oauth.calculatePKCECodeChallenge(this.verifier),
      code_challenge_method: 'S256',
      state: this.state,
      nonce: this.nonce ?? '',
      ...parameters,
    };
    for (const [name, value] of Object.entries(all)) if (value !== '') url.searchParams.set(name, value);
    return url.href;
  }

  /** Takes what the browser brings back, and exchanges the code. */
  async redeem(
    browser: PageBrowser,
    extra: Readonly<Record<string, string>> = {},
    dpop?: oauth.DPoPHandle,
  ): Promise<oauth.TokenEndpointResponse> {
    const server = await this.discover();
    const answer = oauth.validateAuthResponse(server, this.client, browser.parameters, this.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      this.client,
      this.authentication,
      answer,
      this.redirectUri,
      this.verifier,
      { ...this.options, additionalParameters: extra, ...(dpop === undefined ? {} : { DPoP: dpop }) },
    );
    const expected = this.nonce === undefined ? {} : { expectedNonce: this.nonce };
    return oauth.processAuthorizationCodeResponse(server, this.client, response, expected);
  }

  /** Exchanges a refresh token. */
  async refresh(
    token: string,
    extra: Readonly<Record<string, string>> = {},
    dpop?: oauth.DPoPHandle,
  ): Promise<oauth.TokenEndpointResponse> {
    const server = await this.discover();
    const options = { ...this.options, additionalParameters: extra, ...(dpop === undefined ? {} : { DPoP: dpop }) };
    const response = await oauth.refreshTokenGrantRequest(server, this.client, this.authentication, token, options);
    return oauth.processRefreshTokenResponse(server, this.client, response);
  }
}
