import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { type CertificationSuite, CERTIFIED_ISSUER, type Parameters, SUITE } from './certification-suite';
import { anAssertion, ASSERTION_TYPE, ecKeyPair } from './client-credentials';
import { anInitialToken } from './self-registration';
import type { Answer } from './test-client';
import type { TestOAuthClient } from './test-clients';

/** Where the suite is answered. */
export const CALLBACK = `${SUITE}/callback`;

/** What a client says of itself. */
export type SuiteMetadata = Readonly<Record<string, unknown>>;

/** How the suite registers clients for itself, and signs in with them by keys of its own. */
export class SuiteRegistration {
  private readonly pair = ecKeyPair('suite-1');
  private readonly rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });

  private constructor(
    private readonly suite: CertificationSuite,
    private readonly initial: string,
  ) {}

  /** @param profile which clients the initial access token lets in */
  static async open(suite: CertificationSuite, profile: 'compat' | 'oauth2.1' = 'compat'): Promise<SuiteRegistration> {
    return new SuiteRegistration(suite, await anInitialToken(suite.app, { profile }));
  }

  /** Registers a client, or tries to. */
  register(metadata: SuiteMetadata = {}): Promise<Answer> {
    return this.suite.app.withToken(this.initial).post('/oauth/register', {
      client_name: 'Certification suite',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [this.pair.jwk, { ...this.rsa.publicKey.export({ format: 'jwk' }), kid: 'suite-2' }] },
      ...metadata,
    });
  }

  /** Registers a client. */
  async registered(metadata: SuiteMetadata = {}): Promise<TestOAuthClient> {
    const { status, body } = await this.register(metadata);
    expect([status, body]).toEqual([201, expect.anything()]);
    return { id: (body as Parameters).client_id!, secret: '' };
  }

  /** Sends a form to the token endpoint with an assertion of the client. @param aud for whom the assertion is */
  async send({ id }: TestOAuthClient, form: Parameters, aud: string = CERTIFIED_ISSUER): Promise<Answer> {
    const assertion = await anAssertion(this.suite.app, { id, key: this.pair.privateKey }, { claims: { aud } });
    const fields = { ...form, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.suite.app.post('/oauth/token', new URLSearchParams(fields).toString(), headers);
  }

  /** The whole flow. */
  async flow(client: TestOAuthClient, changes: Parameters = {}) {
    const { code, sent } = await this.suite.code(client, changes);
    return { answer: await this.redeem(client, code), sent };
  }

  /** A request as an object that is signed with RS256. */
  signedObject(request: Parameters): Promise<string> {
    const claims = { ...request, iss: request.client_id ?? '', aud: CERTIFIED_ISSUER };
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'suite-2' }).sign(this.rsa.privateKey);
  }

  /** Exchanges a code. */
  async redeem(client: TestOAuthClient, code: string): Promise<Answer> {
    const answer = await this.send(client, { grant_type: 'authorization_code', code, redirect_uri: CALLBACK });
    expect([answer.status, answer.text]).toEqual([200, answer.text]);
    return answer;
  }
}
