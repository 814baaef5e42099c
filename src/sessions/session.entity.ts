import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';

/** One sign-in of one person: what the `sid`, `auth_time`, `acr` and `amr` of tokens speak of. */
@Entity('sessions')
@Index('sessions_user', ['user_id', 'address'])
export class Session {
  /** Public name of the session (`sid`); holding it gives no access. */
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ForeignKey('User', 'id', { name: 'sessions_user_fk', onDelete: 'CASCADE' })
  @TextColumn()
  user_id!: string;

  /** When the person last proved who they are. */
  @InstantColumn()
  authenticated_at!: number;

  /** How surely: the authentication context class reference (OpenID Connect Core §2). */
  @TextColumn()
  acr!: string;

  /** By what means, separated by spaces (RFC 8176). */
  @TextColumn()
  amr!: string;

  @TextColumn({ nullable: true })
  address!: string | null;

  @TextColumn({ nullable: true })
  user_agent!: string | null;

  @InstantColumn()
  created_at!: number;

  @InstantColumn({ nullable: true })
  ended_at!: number | null;

  @Index('sessions_expiry')
  @InstantColumn()
  expires_at!: number;
}
