import { Module } from '@nestjs/common';
import { ServerSecrets } from '../encryption/server-secrets';
import { UsedIdentifiers } from '../replay/used-identifiers';
import { DpopNonces } from './dpop-nonces';
import { DpopProofs } from './dpop-proofs';
import { NonceKey } from './nonce-key';
import { UsedProofs } from './used-proofs';

/** Binding tokens to a key of whoever holds them (RFC 9449); which proofs were used is known to all nodes together. */
@Module({
  providers: [
    DpopNonces,
    DpopProofs,
    {
      provide: NonceKey,
      useFactory: (secrets: ServerSecrets): NonceKey => ({ read: () => secrets.get('dpop-nonces') }),
      inject: [ServerSecrets],
    },
    {
      provide: UsedProofs,
      useFactory: (used: UsedIdentifiers): UsedProofs => ({
        use: (jkt, jti, expiresAt) => used.use('dpop-proof', jkt, jti, expiresAt),
      }),
      inject: [UsedIdentifiers],
    },
  ],
  exports: [DpopNonces, DpopProofs],
})
export class SenderConstraintModule {}
