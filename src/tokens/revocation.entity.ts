import { Column, Entity, Index } from 'typeorm';
import { InstantColumn, SequenceColumn, TextColumn } from '../database/portable-columns';

/**
 * What a revocation speaks of: one access token (`jti`), or all of a session, of a token family, of a person, of a client, or of what one person has
 * let one client have (`sub client_id`).
 */
export type RevocationKind = 'token' | 'session' | 'family' | 'user' | 'client' | 'consent';

/** A note that access tokens which have not expired yet must no longer be accepted; kept as long as one of them could live. */
@Entity('revocations')
export class Revocation {
  @SequenceColumn()
  seq!: number;

  @Column({ type: 'text' })
  kind!: RevocationKind;

  @TextColumn()
  subject!: string;

  @InstantColumn()
  revoked_at!: number;

  @Index('revocations_expiry')
  @InstantColumn()
  expires_at!: number;
}
