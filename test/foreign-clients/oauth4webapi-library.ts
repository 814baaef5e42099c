import * as oauth from 'oauth4webapi';
import type { ClientAuthenticationMethod } from '../../src/protocol/grant-types';
import { ForeignApplication } from '../support/code-flow';
import type { PageBrowser } from '../support/page-browser';
import type { Application, ClientLibrary, RequestWay } from './client-library';

const AUTHENTICATION: Readonly<Record<ClientAuthenticationMethod, (application: Application) => oauth.ClientAuth>> = {
  none: () => oauth.None(),
  client_secret_basic: ({ client }) => oauth.ClientSecretBasic(client.secret),
  client_secret_post: ({ client }) => oauth.ClientSecretPost(client.secret),
  client_secret_jwt: ({ client }) => oauth.ClientSecretJwt(client.secret),
  private_key_jwt: ({ key }) => oauth.PrivateKeyJwt(key),
};

/** An application built with oauth4webapi. */
export class Oauth4webapiLibrary implements ClientLibrary {
  private readonly dpop: oauth.DPoPHandle | undefined;

  private constructor(
    private readonly application: ForeignApplication,
    private readonly server: oauth.AuthorizationServer,
    private readonly key: Application['key'],
    proofs: CryptoKeyPair | null,
  ) {
    this.dpop = proofs === null ? undefined : oauth.DPoP(application.client, proofs);
  }

  static async open(of: Application): Promise<ClientLibrary> {
    const application = new ForeignApplication(of.app, of.client, AUTHENTICATION[of.method](of));
    return new Oauth4webapiLibrary(application, await application.discover(), of.key, of.proofs);
  }

  async authorizationUrl(scope: string, way: RequestWay): Promise<URL> {
    const plain = new URL(await this.application.authorizationUrl({ scope }));
    const signed = way.includes('JAR') ? await this.signed(plain) : plain;
    return way.includes('PAR') ? this.pushed(signed) : signed;
  }

  redeem(browser: PageBrowser): Promise<oauth.TokenEndpointResponse> {
    return this.application.redeem(browser, {}, this.dpop);
  }

  async clientCredentials(scope: string): Promise<oauth.TokenEndpointResponse> {
    const response = await oauth.clientCredentialsGrantRequest(...this.asking, { scope }, this.options);
    return oauth.processClientCredentialsResponse(this.server, this.application.client, response);
  }

  async beginDevice(scope: string): Promise<oauth.DeviceAuthorizationResponse> {
    const response = await oauth.deviceAuthorizationRequest(...this.asking, { scope }, this.application.options);
    return oauth.processDeviceAuthorizationResponse(this.server, this.application.client, response);
  }

  async redeemDevice({ device_code: code }: oauth.DeviceAuthorizationResponse): Promise<oauth.TokenEndpointResponse> {
    const response = await oauth.deviceCodeGrantRequest(...this.asking, code, this.options);
    return oauth.processDeviceCodeResponse(this.server, this.application.client, response);
  }

  async grant(type: string, parameters: Readonly<Record<string, string>>): Promise<oauth.TokenEndpointResponse> {
    const response = await oauth.genericTokenEndpointRequest(...this.asking, type, { ...parameters }, this.options);
    return oauth.processGenericTokenEndpointResponse(this.server, this.application.client, response);
  }

  refresh(token: string): Promise<oauth.TokenEndpointResponse> {
    return this.application.refresh(token, {}, this.dpop);
  }

  ask(token: string, url: string): Promise<Response> {
    return oauth.protectedResourceRequest(token, 'GET', new URL(url), new Headers(), null, this.options);
  }

  private get asking(): [oauth.AuthorizationServer, oauth.Client, oauth.ClientAuth] {
    return [this.server, this.application.client, this.application.authentication];
  }

  private get options() {
    return { ...this.application.options, ...(this.dpop === undefined ? {} : { DPoP: this.dpop }) };
  }

  private async signed(plain: URL): Promise<URL> {
    const { client } = this.application;
    const request = await oauth.issueRequestObject(this.server, client, plain.searchParams, this.key);
    return this.addressWith({ request });
  }

  private async pushed({ searchParams }: URL): Promise<URL> {
    const response = await oauth.pushedAuthorizationRequest(...this.asking, searchParams, this.options);
    const { client } = this.application;
    const { request_uri } = await oauth.processPushedAuthorizationResponse(this.server, client, response);
    return this.addressWith({ request_uri });
  }

  private addressWith(parameters: Readonly<Record<string, string>>): URL {
    const { client_id } = this.application.client;
    const query = new URLSearchParams({ client_id, ...parameters });
    return new URL(`${this.server.authorization_endpoint ?? ''}?${query.toString()}`);
  }
}
