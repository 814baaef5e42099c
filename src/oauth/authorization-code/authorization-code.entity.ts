import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntegerColumn, TextColumn } from '../../database/portable-columns';

/** What a person has let a client have, until the client comes for it (RFC 6749 §4.1.2). */
@Entity('authorization_codes')
export class AuthorizationCode {
  /** SHA-256 of the code. */
  @PrimaryColumn({ type: 'text' })
  digest!: string;

  @ForeignKey('ClientRow', 'id', { name: 'authorization_codes_client_fk', onDelete: 'CASCADE' })
  @Index('authorization_codes_client')
  @TextColumn()
  client_id!: string;

  @ForeignKey('Session', 'id', { name: 'authorization_codes_session_fk', onDelete: 'CASCADE' })
  @Index('authorization_codes_session')
  @TextColumn()
  session_id!: string;

  @TextColumn()
  redirect_uri!: string;

  /** 1 where the authorization request named it, 0 where it left it out (RFC 6749 §3.1.2.3). */
  @IntegerColumn()
  names_redirect_uri!: number;

  /** RFC 7636 §4.4; null for a client that may do without. */
  @TextColumn({ nullable: true })
  code_challenge!: string | null;

  /** Separated by spaces. */
  @TextColumn()
  scope!: string;

  /** Separated by spaces. */
  @TextColumn()
  audience!: string;

  /** Thumbprint of the key that the code is bound to (RFC 9449 §10). */
  @TextColumn({ nullable: true })
  jkt!: string | null;

  /** JSON: what other specifications keep of the request. */
  @TextColumn({ nullable: true })
  context!: string | null;

  /** What all tokens that come of it are known by: the id of their family. */
  @TextColumn()
  lineage!: string;

  @InstantColumn({ nullable: true })
  consumed_at!: number | null;

  /** Until when it can be redeemed. */
  @InstantColumn()
  valid_until!: number;

  /** Until when a second use is recognised as one. */
  @Index('authorization_codes_expiry')
  @InstantColumn()
  expires_at!: number;
}
