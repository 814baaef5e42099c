import * as oauth from 'oauth4webapi';
import { ForeignApplication } from './code-flow';
import { GOOD_PASSWORD, type TestApp } from './create-test-app';
import { PageBrowser } from './page-browser';
import type { TestOAuthClient } from './test-clients';

/** The grant by which devices ask (RFC 8628 §3.4). */
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** A device without a browser: a client library that knows the issuer alone. */
export class ForeignDevice {
  private readonly application: ForeignApplication;

  constructor(
    app: TestApp,
    client: TestOAuthClient,
    private readonly authentication: oauth.ClientAuth = oauth.None(),
    nodes: readonly TestApp[] = [app],
  ) {
    this.application = new ForeignApplication(app, client, authentication, { nodes });
  }

  /** Asks for the codes. */
  async begin(parameters: Readonly<Record<string, string>> = {}): Promise<oauth.DeviceAuthorizationResponse> {
    const { client, options } = this.application;
    const server = await this.application.discover();
    const response = await oauth.deviceAuthorizationRequest(server, client, this.authentication, parameters, options);
    return oauth.processDeviceAuthorizationResponse(server, client, response);
  }

  /** Asks for the tokens once. @throws {oauth.ResponseBodyError} with what it is told instead */
  async poll(
    { device_code: code }: Pick<oauth.DeviceAuthorizationResponse, 'device_code'>,
    extra: Readonly<Record<string, string>> = {},
  ): Promise<oauth.TokenEndpointResponse> {
    const { client, options } = this.application;
    const server = await this.application.discover();
    const all = { ...options, additionalParameters: extra };
    const response = await oauth.deviceCodeGrantRequest(server, client, this.authentication, code, all);
    return oauth.processDeviceCodeResponse(server, client, response);
  }

  /** What it is told instead of tokens. */
  async refusal(codes: Pick<oauth.DeviceAuthorizationResponse, 'device_code'>): Promise<string> {
    try {
      await this.poll(codes);
    } catch (error) {
      if (error instanceof oauth.ResponseBodyError) return error.error;
      throw error;
    }
    return 'tokens';
  }

  /** Exchanges a refresh token. */
  refresh(token: string): Promise<oauth.TokenEndpointResponse> {
    return this.application.refresh(token);
  }
}

/** Somebody's browser on the page that asks about the device with that code, signed in on the way where they are not yet. */
export async function enterCode(
  browser: PageBrowser,
  userCode: string,
  username: string,
  password = GOOD_PASSWORD,
): Promise<PageBrowser> {
  await browser.open('/device');
  await browser.submit('#continue', { user_code: userCode });
  if (browser.path === '/sign-in') await browser.submit('#sign-in', { username, password });
  return browser;
}
