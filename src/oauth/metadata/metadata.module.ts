import { Global, Module } from '@nestjs/common';
import { RouteTable } from '../../http/route-table';
import { KeyRing } from '../../keys/key-ring';
import { KeysModule } from '../../keys/keys.module';
import { JwksController, KEY_SET_CACHING } from './jwks.controller';
import { MetadataContributions } from './metadata-contributions';
import { METADATA_CACHING, MetadataController } from './metadata.controller';
import { MetadataDocuments } from './metadata-documents';

/**
 * What the server publishes about itself: authorization server metadata (RFC 8414), protected resource metadata (RFC 9728), and its keys (RFC 7517).
 * Each specification says what is to be said of it; what is switched off says nothing.
 */
@Global()
@Module({
  imports: [KeysModule],
  controllers: [JwksController, MetadataController],
  providers: [MetadataContributions, MetadataDocuments],
  exports: [MetadataContributions],
})
export class MetadataModule {
  constructor({ documents }: RouteTable, keyRing: KeyRing, made: MetadataDocuments) {
    const publish = (name: string, document: 'authorizationServer' | 'protectedResource') =>
      documents.publish(`/.well-known/${name}`, () => made.made?.[document], METADATA_CACHING);
    publish('oauth-authorization-server', 'authorizationServer');
    publish('openid-configuration', 'authorizationServer');
    publish('oauth-protected-resource', 'protectedResource');
    documents.publish('/jwks.json', () => keyRing.keySet, KEY_SET_CACHING);
  }
}
