import * as openid from 'openid-client';
import { GOOD_PASSWORD, type TestApp } from './create-test-app';
import { openidConfiguration } from './openid-config';
import { type Filled, PageBrowser } from './page-browser';
import { CALLBACK, type TestOAuthClient } from './test-clients';

/** What an application has of somebody who has signed in: the tokens, and what the library has read in the ID token. */
export type SignedIn = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;

/** An application that people sign in to with openid-client: it reads ID tokens and asks UserInfo. */
export class OpenidApplication {
  private readonly verifier = openid.randomPKCECodeVerifier();
  private readonly state = openid.randomState();
  readonly browser: PageBrowser;

  private constructor(
    app: TestApp,
    readonly configuration: openid.Configuration,
  ) {
    this.browser = new PageBrowser(app);
  }

  static async open(app: TestApp, client: TestOAuthClient): Promise<OpenidApplication> {
    return new OpenidApplication(app, await openidConfiguration(app, client));
  }

  /** What an authorization request of it says. */
  async parameters(more: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    return {
      redirect_uri: CALLBACK,
      state: this.state,
      code_challenge: await openid.calculatePKCECodeChallenge(this.verifier),
      code_challenge_method: 'S256',
      ...more,
    };
  }

  /** Sends the person to the server. */
  async go(more: Readonly<Record<string, string>>): Promise<PageBrowser> {
    const url = openid.buildAuthorizationUrl(this.configuration, await this.parameters(more));
    return this.browser.open(url.href);
  }

  /** Sends the person to the server, who signs in and allows. @param ticked what they leave ticked, by the names of the boxes */
  async signIn(more: Readonly<Record<string, string>>, username = 'alice', ticked: Filled = {}): Promise<SignedIn> {
    await this.go(more);
    await this.browser.submit('#sign-in', { username, password: GOOD_PASSWORD });
    await this.browser.submit('#allow', ticked);
    return this.redeem();
  }

  /** Exchanges the code that the browser has brought back. */
  redeem(): Promise<SignedIn> {
    return openid.authorizationCodeGrant(this.configuration, new URL(this.browser.url), {
      pkceCodeVerifier: this.verifier,
      expectedState: this.state,
      idTokenExpected: true,
    });
  }

  /** Exchanges the refresh token. */
  refresh({ refresh_token: token = '' }: SignedIn, more: Readonly<Record<string, string>> = {}): Promise<SignedIn> {
    return openid.refreshTokenGrant(this.configuration, token, more);
  }

  /** What UserInfo tells of whoever the ID token is about. */
  userinfo(tokens: SignedIn): Promise<openid.UserInfoResponse> {
    return openid.fetchUserInfo(this.configuration, tokens.access_token, tokens.claims()!.sub);
  }
}
