import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntegerColumn, TextColumn } from '../database/portable-columns';

/**
 * One lineage of refresh tokens: what a client was once given, however often the token has been rotated since.
 * Its row is changed in place, so that a refresh adds nothing to the database.
 */
@Entity('token_families')
export class TokenFamily {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ForeignKey('User', 'id', { name: 'token_families_user_fk', onDelete: 'CASCADE' })
  @Index('token_families_user')
  @TextColumn({ nullable: true })
  user_id!: string | null;

  @ForeignKey('ClientRow', 'id', { name: 'token_families_client_fk', onDelete: 'CASCADE' })
  @Index('token_families_client')
  @TextColumn()
  client_id!: string;

  /** The session with which it ends; null for one that outlives the sign-in in which it was given (offline access). */
  @ForeignKey('Session', 'id', { name: 'token_families_session_fk', onDelete: 'CASCADE' })
  @Index('token_families_session')
  @TextColumn({ nullable: true })
  session_id!: string | null;

  /** What was granted; a refresh may narrow an access token, never this. */
  @TextColumn()
  scope!: string;

  /** The resource servers that it was granted for, separated by spaces. */
  @TextColumn()
  audience!: string;

  /** How and when the person signed in: of a family without a session. */
  @InstantColumn({ nullable: true })
  authenticated_at!: number | null;

  @TextColumn({ nullable: true })
  acr!: string | null;

  @TextColumn({ nullable: true })
  amr!: string | null;

  /** Thumbprint of the key that its holder has to prove possession of at every use (RFC 9449 §5). */
  @TextColumn({ nullable: true })
  jkt!: string | null;

  /** 1 where each use gives another token. */
  @IntegerColumn()
  rotates!: number;

  /** How long it is good while nobody uses it, in milliseconds. */
  @IntegerColumn()
  idle!: number;

  /** SHA-256 of the live token. */
  @TextColumn()
  current_digest!: string;

  /** The tokens rotated last, newest first: `digest:instant;` each. */
  @TextColumn()
  superseded!: string;

  @InstantColumn()
  created_at!: number;

  /** When it was last used. */
  @InstantColumn()
  rotated_at!: number;

  /** The end that no rotation moves. */
  @InstantColumn()
  absolute_expires_at!: number;

  /** When its row may be swept away; it ends before, if it is not used (see TokenFamilies). */
  @Index('token_families_expiry')
  @InstantColumn()
  expires_at!: number;

  @InstantColumn({ nullable: true })
  revoked_at!: number | null;

  @TextColumn({ nullable: true })
  revoked_reason!: string | null;
}
