import { Inject, Module } from '@nestjs/common';
import { ClientEncryption } from '../../clients/client-encryption';
import { ClientsModule } from '../../clients/clients.module';
import { SETTINGS, type Settings } from '../../config/settings';
import { KeyRing } from '../../keys/key-ring';
import { KeysModule } from '../../keys/keys.module';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { CONTENT_ENCRYPTIONS, ENCRYPTION_KEYS, KEY_MANAGEMENT_ALGORITHMS } from '../../protocol/encryption-algorithms';

/**
 * Encryption (RFC 7516, OpenID Connect Core §10.2): ID tokens and UserInfo answers to a key of the client that has registered it, and request objects to a
 * key of this server. Not implemented: what is encrypted with a secret that both share, passwords (PBES2), RSA1_5, and compressed contents.
 */
@Module({ imports: [ClientsModule, KeysModule] })
export class EncryptionModule {
  constructor(
    encryption: ClientEncryption,
    keyRing: KeyRing,
    contributions: MetadataContributions,
    @Inject(SETTINGS) { oauthFeatures }: Settings,
  ) {
    encryption.enable();
    for (const name of ENCRYPTION_KEYS) keyRing.need(name);
    const supported = [
      'id_token',
      'userinfo',
      'request_object',
      ...(oauthFeatures.jarm ? ['authorization'] : []),
    ].flatMap((what) => [
      [`${what}_encryption_alg_values_supported`, KEY_MANAGEMENT_ALGORITHMS],
      [`${what}_encryption_enc_values_supported`, CONTENT_ENCRYPTIONS],
    ]);
    contributions.register(() => Object.fromEntries(supported) as Record<string, unknown>);
  }
}
