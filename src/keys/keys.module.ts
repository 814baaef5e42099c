import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { SETTINGS, type Settings } from '../config/settings';
import { Envelope } from '../crypto/envelope';
import { envelopeFor } from './key-encryption';
import { JwtSigner } from './jwt-signer';
import { KeyRing } from './key-ring';
import { KeyRotation } from './key-rotation';
import { ServerSecrets } from './server-secrets';

/** The signing keys and the secrets that all nodes share. */
@Module({
  imports: [JwtModule.register({})],
  providers: [
    { provide: Envelope, inject: [SETTINGS], useFactory: (settings: Settings) => envelopeFor(settings) },
    JwtSigner,
    KeyRing,
    KeyRotation,
    ServerSecrets,
  ],
  exports: [JwtModule, JwtSigner, KeyRing, KeyRotation, ServerSecrets, Envelope],
})
export class KeysModule {}
