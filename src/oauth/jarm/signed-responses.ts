import { Inject, Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import { Clock } from '../../config/clock';
import { SETTINGS, type Settings } from '../../config/settings';
import { JwtSigner } from '../../keys/jwt-signer';
import { KeyRing } from '../../keys/key-ring';
import type { Enclose, ResponseEnclosure } from '../authorization-code/response-enclosure';

/** How long a response can be read, in seconds: browsers come at once (JARM §2.1 recommends ten minutes at the most). */
const LIFETIME = 300;

/** JARM §2.1 names no type; it keeps the response from being taken for an access token (RFC 8725 §3.11). */
const TYPE = 'JWT';

/** Encrypts a signed response. */
export type Encrypt = (jwt: string) => Promise<string>;

/**
 * Gets ready to encrypt the responses of a client, outside of any unit of work.
 * @returns null where those of this client are not encrypted
 * @throws {OAuthError} where they would have to be and cannot: then nothing is sent, and the person is told
 */
export type EncryptionFor = (client: Client) => Promise<Encrypt | null>;

/** Encloses authorization responses in a JWT, errors too (JARM §2.1). */
@Injectable()
export class SignedResponses implements ResponseEnclosure {
  // JARM §2.3: `jwt` is as the response type has it.
  readonly modes = {
    jwt: null,
    'query.jwt': 'query',
    'fragment.jwt': 'fragment',
    'form_post.jwt': 'form_post',
  } as const;

  private encryptionFor: EncryptionFor = () => Promise.resolve(null);

  constructor(
    private readonly keyRing: KeyRing,
    private readonly signer: JwtSigner,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Has the responses of those clients encrypted that are registered for it (JARM §2.2). */
  encryptWith(encryptionFor: EncryptionFor): void {
    this.encryptionFor = encryptionFor;
  }

  async prepare(client: Client): Promise<Enclose> {
    const algorithm = client.metadata.authorization_signed_response_alg;
    await this.keyRing.ensure(algorithm);
    const encrypt = await this.encryptionFor(client);
    return async (members) => {
      const iat = Math.floor(this.clock.now() / 1_000);
      const claims = { ...members, iss: this.settings.issuer, aud: client.id, iat, exp: iat + LIFETIME };
      const { token } = this.signer.sign(claims, TYPE, algorithm);
      return { response: encrypt === null ? token : await encrypt(token) };
    };
  }
}
