import { Inject, Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import { ClientEncryption } from '../../clients/client-encryption';
import { SETTINGS, type Settings } from '../../config/settings';
import { JwtSigner } from '../../keys/jwt-signer';
import { KeyRing } from '../../keys/key-ring';

/** The media type of what is no access token (RFC 8725 §3.11). */
const TYPE = 'JWT';

/** Makes a JWT of what UserInfo answers to clients that have registered that: signed, encrypted, or both (OpenID Connect Core §5.3.2). */
@Injectable()
export class UserinfoJwt {
  constructor(
    private readonly signer: JwtSigner,
    private readonly keyRing: KeyRing,
    private readonly encryption: ClientEncryption,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @returns null where the client takes plain JSON
   * @throws {InvalidRequest} where the client wants it encrypted and has no key for that
   */
  async of(client: Client, claims: object): Promise<string | null> {
    const algorithm = client.metadata.userinfo_signed_response_alg;
    if (algorithm === undefined && !this.encryption.isWanted(client, 'userinfo')) return null;
    await this.encryption.prepare(client, 'userinfo');
    if (algorithm === undefined) return this.encryption.seal(client, 'userinfo', claims);
    await this.keyRing.ensure(algorithm);
    // OpenID Connect Core §5.3.2: signed, it says by whom and for whom.
    const told = { ...claims, iss: this.settings.issuer, aud: client.id };
    return this.encryption.seal(client, 'userinfo', this.signer.sign(told, TYPE, algorithm).token);
  }
}
