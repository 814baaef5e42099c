import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';

/** An access token that says nothing by itself: what it stands for is kept here. */
@Entity('opaque_access_tokens')
export class OpaqueAccessToken {
  /** SHA-256 of the token. */
  @PrimaryColumn({ type: 'text' })
  digest!: string;

  @ForeignKey('ClientRow', 'id', { name: 'opaque_access_tokens_client_fk', onDelete: 'CASCADE' })
  @Index('opaque_access_tokens_client')
  @TextColumn()
  client_id!: string;

  /** JSON: the claims that a JWT in its place would hold. */
  @TextColumn()
  claims!: string;

  @Index('opaque_access_tokens_expiry')
  @InstantColumn()
  expires_at!: number;
}
