import { Inject, Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import { ClientEncryption } from '../../clients/client-encryption';
import { Clock } from '../../config/clock';
import { SETTINGS, type Settings } from '../../config/settings';
import { randomId } from '../../crypto/random-id';
import { JwtSigner } from '../../keys/jwt-signer';
import { KeyRing } from '../../keys/key-ring';
import { Subjects } from '../claims/subjects';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** RFC 8725 §3.11: nothing else takes it for its own. */
const TYPE = 'logout+jwt';

/** How long a logout token is good, in seconds (OpenID Connect Back-Channel Logout §4: at most two minutes). */
const LIFETIME = 120;

/** Makes logout tokens (OpenID Connect Back-Channel Logout §2.4). */
@Injectable()
export class LogoutTokenMint {
  constructor(
    private readonly signer: JwtSigner,
    private readonly keyRing: KeyRing,
    private readonly subjects: Subjects,
    private readonly encryption: ClientEncryption,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Tells a client that a session of somebody has ended; outside of any unit of work. */
  async mint(client: Client, userId: string, sessionId: string): Promise<string> {
    const { id_token_signed_response_alg: ofIdTokens } = client.metadata;
    // OpenID Connect Back-Channel Logout §2.4: signed as ID tokens are, and never unsigned.
    const algorithm = ofIdTokens === 'none' ? 'RS256' : ofIdTokens;
    await this.keyRing.ensure(algorithm);
    const issuedAt = Math.floor(this.clock.now() / 1_000);
    // OpenID Connect Back-Channel Logout §2.4: no nonce, which would make an ID token of it.
    const claims = {
      iss: this.settings.issuer,
      sub: this.subjects.subjectOf(client, userId),
      aud: client.id,
      iat: issuedAt,
      exp: issuedAt + LIFETIME,
      jti: randomId(),
      sid: this.subjects.sessionOf(client, sessionId),
      events: { [EVENT]: {} },
    };
    // OpenID Connect Back-Channel Logout §2.4: encrypted where ID tokens are.
    await this.encryption.prepare(client, 'id_token');
    return this.encryption.seal(client, 'id_token', this.signer.sign(claims, TYPE, algorithm).token);
  }
}
