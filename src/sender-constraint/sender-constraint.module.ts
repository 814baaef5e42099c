import { Module } from '@nestjs/common';
import { UsedIdentifiers } from '../replay/used-identifiers';
import { DpopNonces } from './dpop-nonces';
import { DpopProofs } from './dpop-proofs';
import { UsedProofs } from './used-proofs';

/** Binding tokens to a key of whoever holds them (RFC 9449); which proofs were used is known to all nodes together. */
@Module({
  providers: [
    DpopNonces,
    DpopProofs,
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
