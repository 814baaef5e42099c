import { Module } from '@nestjs/common';
import { DpopNonces } from './dpop-nonces';
import { DpopProofs } from './dpop-proofs';

/** Binding tokens to a key of whoever holds them (RFC 9449). */
@Module({ providers: [DpopNonces, DpopProofs], exports: [DpopNonces, DpopProofs] })
export class SenderConstraintModule {}
