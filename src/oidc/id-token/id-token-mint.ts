import { Inject, Injectable } from '@nestjs/common';
import type { Holder } from '../../auth/eligible-holders';
import type { Client } from '../../clients/client';
import { ClientEncryption } from '../../clients/client-encryption';
import { Clock } from '../../config/clock';
import { SETTINGS, type Settings } from '../../config/settings';
import { JwtSigner } from '../../keys/jwt-signer';
import { KeyRing } from '../../keys/key-ring';
import { unsignedJwt } from '../../protocol/unsigned-jwt';
import { Subjects } from '../claims/subjects';
import { halfHash } from './half-hash';

/** What an ID token is to say. */
export interface IdTokenOrder {
  readonly client: Client;
  readonly holder: Holder;
  readonly nonce?: string | undefined;
  /** What is issued with it: the ID token vouches for each by a hash. */
  readonly accessToken?: string | undefined;
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  /** What else is told about the person. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** The media type of an ID token: it keeps it from being taken for an access token, or for a logout token. */
export const ID_TOKEN_TYPE = 'JWT';

/** Makes ID tokens (OpenID Connect Core §2). */
@Injectable()
export class IdTokenMint {
  constructor(
    private readonly signer: JwtSigner,
    private readonly keyRing: KeyRing,
    private readonly encryption: ClientEncryption,
    private readonly subjects: Subjects,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Sees to it that ID tokens of this client can be made; outside of any unit of work. */
  async prepare(client: Client): Promise<void> {
    const algorithm = client.metadata.id_token_signed_response_alg;
    if (algorithm !== 'none') await this.keyRing.ensure(algorithm);
    await this.encryption.prepare(client, 'id_token');
  }

  /**
   * The ID token; its `typ` keeps it from being taken for an access token (RFC 8725 §3.11). {@link prepare} comes before.
   * @throws {InvalidRequest} where the client wants it encrypted and has no key for that
   */
  async mint(order: IdTokenOrder): Promise<string> {
    const algorithm = order.client.metadata.id_token_signed_response_alg;
    const claims = this.claimsOf(order);
    // OpenID Connect Core §2: unsigned only for a client that has asked for it, and gets its ID tokens from the token endpoint alone.
    const token = algorithm === 'none' ? unsignedJwt(claims) : this.signer.sign(claims, ID_TOKEN_TYPE, algorithm).token;
    // OpenID Connect Core §2: signed first, then encrypted.
    return this.encryption.seal(order.client, 'id_token', token);
  }

  private claimsOf({ client, holder, nonce, accessToken, code, state, claims }: IdTokenOrder): object {
    const { user, session, authentication } = holder;
    if (user === null || authentication === null) throw new Error('An ID token speaks of somebody who has signed in.');
    const algorithm = client.metadata.id_token_signed_response_alg;
    const issuedAt = Math.floor(this.clock.now() / 1_000);
    const hashed = (value: string | undefined, name: string) =>
      value === undefined ? {} : { [name]: halfHash(value, algorithm) };
    return {
      ...claims,
      iss: this.settings.issuer,
      sub: this.subjects.subjectOf(client, user.id),
      aud: client.id,
      azp: client.id,
      iat: issuedAt,
      exp: issuedAt + this.settings.tokens.idTokenLifetime,
      auth_time: Math.floor(authentication.authenticated_at / 1_000),
      acr: authentication.acr,
      amr: authentication.amr.split(' '),
      ...(session === null ? {} : { sid: this.subjects.sessionOf(client, session.id) }),
      ...(nonce === undefined ? {} : { nonce }),
      ...hashed(accessToken, 'at_hash'),
      ...hashed(code, 'c_hash'),
      ...hashed(state, 's_hash'),
    };
  }
}
