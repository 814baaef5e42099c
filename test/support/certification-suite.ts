import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { basicHeader } from './client-credentials';
import { createTestApp, GOOD_PASSWORD, type TestApp } from './create-test-app';
import { HtmlUnit } from './html-unit';
import { openConfiguration } from './open-configuration';
import { PageBrowser } from './page-browser';
import type { StrangersWeb } from './strangers-web';
import type { Answer } from './test-client';
import type { TestOAuthClient } from './test-clients';

/** The address under which the suite is reached. */
export const SUITE = 'https://suite.example.com/test/a/gatehouse';

/** The issuer that it looks at: plans demand https. */
export const CERTIFIED_ISSUER = 'https://op.example.com';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const FOLDER = join(resolve(__dirname, '../..'), 'docs/conformance');

/** Parameters of a request; an empty one is left out. */
export type Parameters = Readonly<Record<string, string>>;

/** What the authorization endpoint answered, and how it was come by. */
export interface Authorized {
  /** The parameters that the suite got. */
  readonly answer: URLSearchParams;
  /** Which pages asked for something: `sign-in`, `allow`. */
  readonly asked: readonly string[];
  /** What the suite had sent. */
  readonly sent: Parameters;
}

/** Tokens, the claims of the ID token among them. */
export interface Redeemed {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly idToken: string;
  readonly claims: JWTPayload;
}

/** The certification suite as the server sees it: a client of old and a browser that is driven by ids. */
export class CertificationSuite {
  /** The browser of the test, which keeps its cookies from one flow to the next. */
  browser: PageBrowser;

  private constructor(
    readonly app: TestApp,
    private readonly secrets: ReadonlyMap<string, string>,
  ) {
    this.browser = this.anotherBrowser();
  }

  /** Starts a server with what these files of `docs/conformance` say, and somebody who can sign in. @param env further settings @param web what it reaches */
  static async start(files: readonly string[], env: Parameters = {}, web?: StrangersWeb): Promise<CertificationSuite> {
    const settings = { ISSUER: CERTIFIED_ISSUER, ...env };
    const app = await createTestApp({ env: settings, ...(web === undefined ? {} : { network: web }) });
    const { configuration, close } = await openConfiguration(app.database, settings);
    const secrets = new Map<string, string>();
    const apply = async (file: string, values: Parameters) => {
      const text = readFileSync(join(FOLDER, file), 'utf8');
      const options = { prune: false, dryRun: false, values: new Map(Object.entries(values)) };
      const applied = await configuration.apply(text, options);
      for (const { client_id: id, client_secret: secret } of applied.secrets) secrets.set(id, secret);
    };
    await apply('people.yaml', { password: GOOD_PASSWORD });
    for (const file of files) await apply(file, { suite: SUITE });
    await close();
    return new CertificationSuite(app, secrets);
  }

  close(): Promise<void> {
    return this.app.close();
  }

  /** A browser in which nobody has signed in. */
  anotherBrowser(): PageBrowser {
    return (this.browser = new PageBrowser(this.app, CERTIFIED_ISSUER));
  }

  /** A client of the files. */
  client(id: string): TestOAuthClient {
    return { id, secret: this.secrets.get(id) ?? '' };
  }

  /** What the suite sends where a module says nothing else: no PKCE. */
  parameters({ id }: TestOAuthClient, changes: Parameters = {}): Parameters {
    const random = () => randomBytes(12).toString('base64url');
    const all = {
      client_id: id,
      redirect_uri: `${SUITE}/callback`,
      scope: 'openid',
      state: random(),
      nonce: random(),
      response_type: 'code',
      ...changes,
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  }

  /** Asks the authorization endpoint and goes through its pages. */
  async authorize(client: TestOAuthClient, changes: Parameters = {}, method = 'GET'): Promise<Authorized> {
    const sent = this.parameters(client, changes);
    const query = new URLSearchParams(sent).toString();
    const { browser } = this;
    if (method === 'GET') await browser.open(`/oauth/authorize?${query}`);
    else await browser.post('/oauth/authorize', query, { origin: SUITE, 'sec-fetch-site': 'cross-site' });
    const person = { username: 'certification', password: GOOD_PASSWORD };
    const asked = await new HtmlUnit(browser, person).goThrough();
    return { answer: this.answer(), asked, sent };
  }

  /** Asks, and is given a code. */
  async code(
    client: TestOAuthClient,
    changes: Parameters = {},
    method = 'GET',
  ): Promise<Authorized & { code: string }> {
    const authorized = await this.authorize(client, changes, method);
    const code = authorized.answer.get('code');
    if (code === null) throw new Error(`No code came: ${this.browser.url} ${this.browser.text}`);
    expect(Object.fromEntries(authorized.answer)).toMatchObject({
      state: authorized.sent.state,
      iss: CERTIFIED_ISSUER,
    });
    return { ...authorized, code };
  }

  /** Sends a form to the token endpoint, with the secret in the header or in the body. */
  token(client: TestOAuthClient, form: Parameters, place: 'header' | 'body' = 'header'): Promise<Answer> {
    const inBody = { ...form, client_id: client.id, client_secret: client.secret };
    const body = new URLSearchParams(place === 'header' ? form : inBody).toString();
    const headers = place === 'header' ? { authorization: basicHeader(client.id, client.secret) } : {};
    return this.app.post('/oauth/token', body, { ...FORM, ...headers });
  }

  /** Exchanges a code, and looks at all that comes of it. */
  async redeem(
    client: TestOAuthClient,
    { code, sent }: { readonly code: string; readonly sent: Parameters },
    { place = 'header', extra = {} }: { readonly place?: 'header' | 'body'; readonly extra?: Parameters } = {},
  ): Promise<Redeemed> {
    const form = { grant_type: 'authorization_code', code, redirect_uri: sent.redirect_uri ?? '', ...extra };
    const answer = await this.token(client, form, place);
    expect([answer.status, answer.text]).toEqual([200, answer.text]);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    return this.redeemed(client, answer, sent.nonce);
  }

  /** What a good answer of the token endpoint holds. @param nonce which the ID token has to bring back, or none */
  async redeemed(client: TestOAuthClient, { body }: Answer, nonce: string | undefined): Promise<Redeemed> {
    const answer = body as Readonly<Record<string, string>>;
    expect(answer.token_type).toBe('Bearer');
    const claims = await this.verified(answer.id_token ?? '', client);
    expect(claims.nonce).toBe(nonce);
    return {
      accessToken: answer.access_token ?? '',
      refreshToken: answer.refresh_token,
      idToken: answer.id_token ?? '',
      claims,
    };
  }

  /** The claims of an ID token, which has to be good by the published keys. */
  async verified(token: string, { id }: TestOAuthClient, algorithm = 'RS256'): Promise<JWTPayload> {
    const keys = (await this.app.get('/jwks.json')).body as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer: CERTIFIED_ISSUER,
      audience: id,
      algorithms: [algorithm],
      currentDate: new Date(this.app.clock.now()),
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    expect(keys.keys.map(({ kid }) => kid)).toContain(protectedHeader.kid);
    return payload;
  }

  /** The whole flow. */
  async flow(client: TestOAuthClient, changes: Parameters = {}): Promise<Authorized & Redeemed> {
    const authorized = await this.code(client, changes);
    return { ...authorized, ...(await this.redeem(client, authorized)) };
  }

  /** Asks UserInfo with the token in the header. */
  async userinfo(accessToken: string, method = 'GET'): Promise<Answer> {
    return this.app.request(method, '/oauth/userinfo', undefined, { authorization: `Bearer ${accessToken}` });
  }

  /** The answer as the suite gets it: in the query, in the fragment, or posted by a form. */
  private answer(): URLSearchParams {
    const { browser } = this;
    if (browser.isAway) return browser.parameters;
    const form = browser.find(`form[action="${SUITE}/callback"]`);
    const fields = form?.querySelectorAll('input') ?? [];
    return new URLSearchParams(
      fields.map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']),
    );
  }
}
