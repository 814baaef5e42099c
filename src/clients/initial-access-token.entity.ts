import { Entity, Index, PrimaryColumn } from 'typeorm';
import type { ClientProfile } from './client-metadata';
import { InstantColumn, IntegerColumn, TextColumn } from '../database/portable-columns';

/** What lets an application register itself, so many times and until then (RFC 7591 §1.2). */
@Entity('initial_access_tokens')
export class InitialAccessToken {
  /** By which operators name it. */
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** SHA-256 of the token, which has 256 random bits. */
  @Index('initial_access_tokens_digest', { unique: true })
  @TextColumn()
  digest!: string;

  /** For whom it is, in an operator's words. */
  @TextColumn()
  label!: string;

  /** The rules that hold for the clients that are registered with it: a `profile` of client metadata. */
  @TextColumn()
  profile!: ClientProfile;

  /** How many clients can be registered with it yet. */
  @IntegerColumn()
  uses_left!: number;

  @InstantColumn()
  created_at!: number;

  @Index('initial_access_tokens_expiry')
  @InstantColumn()
  expires_at!: number;
}
