import { Inject, Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import { ClientEncryption } from '../../clients/client-encryption';
import { Clock } from '../../config/clock';
import { SETTINGS, type Settings } from '../../config/settings';
import { JwtSigner } from '../../keys/jwt-signer';
import { KeyRing } from '../../keys/key-ring';
import type { Enclose, ResponseEnclosure } from '../authorization-code/response-enclosure';

/** How long a response can be read, in seconds: browsers come at once (JARM §2.1 recommends ten minutes at the most). */
const LIFETIME = 300;

/** JARM §2.1 names no type; it keeps the response from being taken for an access token (RFC 8725 §3.11). */
const TYPE = 'JWT';

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

  constructor(
    private readonly keyRing: KeyRing,
    private readonly signer: JwtSigner,
    private readonly encryption: ClientEncryption,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async prepare(client: Client): Promise<Enclose> {
    const algorithm = client.metadata.authorization_signed_response_alg;
    await this.keyRing.ensure(algorithm);
    await this.encryption.prepare(client, 'authorization');
    return async (members) => {
      const iat = Math.floor(this.clock.now() / 1_000);
      const claims = { ...members, iss: this.settings.issuer, aud: client.id, iat, exp: iat + LIFETIME };
      const { token } = this.signer.sign(claims, TYPE, algorithm);
      // JARM §2.2: signed first, then encrypted.
      return { response: await this.encryption.seal(client, 'authorization', token) };
    };
  }
}
