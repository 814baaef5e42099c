import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';

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

  @ForeignKey('Client', 'id', { name: 'token_families_client_fk', onDelete: 'CASCADE' })
  @TextColumn()
  client_id!: string;

  @ForeignKey('Session', 'id', { name: 'token_families_session_fk', onDelete: 'CASCADE' })
  @Index('token_families_session')
  @TextColumn({ nullable: true })
  session_id!: string | null;

  /** What was granted; a refresh may narrow an access token, never this. */
  @TextColumn()
  scope!: string;

  @TextColumn()
  audience!: string;

  /** SHA-256 of the live token. */
  @TextColumn()
  current_digest!: string;

  /** The tokens rotated last, newest first: `digest:instant;` each. */
  @TextColumn()
  superseded!: string;

  @InstantColumn()
  created_at!: number;

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
