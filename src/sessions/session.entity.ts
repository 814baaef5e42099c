import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntegerColumn, TextColumn } from '../database/portable-columns';

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

  /** SHA-256 of the secret in the cookie of a browser; null for a session of the first-party API, which lives by its tokens alone. */
  @TextColumn({ nullable: true })
  secret_digest!: string | null;

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

  /** How long it lives while it is not used, in milliseconds. */
  @IntegerColumn()
  idle!: number;

  /** The end that no use moves. */
  @InstantColumn()
  absolute_expires_at!: number;

  @Index('sessions_expiry')
  @InstantColumn()
  expires_at!: number;
}
