import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntegerColumn } from '../database/portable-columns';

/** How much of a limit is used up in the present window. */
@Entity('rate_limits')
export class RateLimit {
  @PrimaryColumn({ type: 'text' })
  key!: string;

  @IntegerColumn()
  points!: number;

  @Index('rate_limits_expiry')
  @InstantColumn()
  expires_at!: number;
}
