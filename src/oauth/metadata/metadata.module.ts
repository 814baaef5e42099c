import { Global, Module } from '@nestjs/common';
import { KeysModule } from '../../keys/keys.module';
import { JwksController } from './jwks.controller';
import { MetadataContributions } from './metadata-contributions';
import { MetadataController } from './metadata.controller';
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
export class MetadataModule {}
