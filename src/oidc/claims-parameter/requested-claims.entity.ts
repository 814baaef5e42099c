import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../../database/portable-columns';

/** Which claims a client was granted one by one, for as long as it has tokens that came of that (OpenID Connect Core §5.5). */
@Entity('requested_claims')
export class RequestedClaimsRow {
  /** What all those tokens are known by. */
  @PrimaryColumn({ type: 'text' })
  lineage!: string;

  @ForeignKey('ClientRow', 'id', { name: 'requested_claims_client_fk', onDelete: 'CASCADE' })
  @Index('requested_claims_client')
  @TextColumn()
  client_id!: string;

  /** JSON: what was granted. */
  @TextColumn()
  claims!: string;

  /** When the last of the tokens has expired at the latest. */
  @Index('requested_claims_expiry')
  @InstantColumn()
  expires_at!: number;
}
