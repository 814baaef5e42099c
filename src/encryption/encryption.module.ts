import { Global, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings';
import { Envelope } from '../crypto/envelope';
import { Reader } from '../database/reader';
import { envelopeFor, holdsSecrets } from './key-encryption';
import { ServerSecrets } from './server-secrets';

/** Gives the whole application what keeps secrets in the database: the envelope around them, and those that all nodes share. */
@Global()
@Module({
  providers: [
    {
      provide: Envelope,
      inject: [SETTINGS, Reader],
      useFactory: async (settings: Settings, reader: Reader) => envelopeFor(settings, await holdsSecrets(reader)),
    },
    ServerSecrets,
  ],
  exports: [Envelope, ServerSecrets],
})
export class EncryptionModule {}
