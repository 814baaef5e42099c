import { Module } from '@nestjs/common';
import { KeysModule } from '../../keys/keys.module';
import { JwksController } from './jwks.controller';

/**
 * What the server publishes about itself. So far: the JSON Web Key Set (RFC 7517) at `/jwks.json`.
 * The documents of RFC 8414 and RFC 9728 have their place here.
 */
@Module({ imports: [KeysModule], controllers: [JwksController] })
export class MetadataModule {}
