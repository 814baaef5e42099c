import { Global, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings';
import { Envelope } from '../crypto/envelope';
import { envelopeFor } from './key-encryption';
import { ServerSecrets } from './server-secrets';

/** Gives the whole application what keeps secrets in the database: the envelope around them, and those that all nodes share. */
@Global()
@Module({
  providers: [
    { provide: Envelope, inject: [SETTINGS], useFactory: (settings: Settings) => envelopeFor(settings) },
    ServerSecrets,
  ],
  exports: [Envelope, ServerSecrets],
})
export class EncryptionModule {}
