import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntegerColumn, TextColumn } from '../../database/portable-columns';

/** An authorization request that a client has pushed, until it is answered (RFC 9126 §2). */
@Entity('pushed_requests')
export class PushedRequest {
  /** SHA-256 of the reference. */
  @PrimaryColumn({ type: 'text' })
  digest!: string;

  @ForeignKey('ClientRow', 'id', { name: 'pushed_requests_client_fk', onDelete: 'CASCADE' })
  @Index('pushed_requests_client')
  @TextColumn()
  client_id!: string;

  /** JSON: every name with its values. */
  @TextColumn()
  parameters!: string;

  /** 1 where it came as a signed request object. */
  @IntegerColumn()
  signed!: number;

  /** Thumbprint of the key that its sender has proved possession of (RFC 9449 §10.1). */
  @TextColumn({ nullable: true })
  jkt!: string | null;

  @InstantColumn({ nullable: true })
  consumed_at!: number | null;

  /** Until when somebody can begin with it. */
  @InstantColumn()
  valid_until!: number;

  /** Until when somebody who has begun with it can go on. */
  @Index('pushed_requests_expiry')
  @InstantColumn()
  expires_at!: number;
}
