import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntegerColumn, TextColumn } from '../../database/portable-columns';

/** What a person has said to a device's request; null while they have not. */
export type DeviceDecision = 'allowed' | 'refused' | null;

/** What a device asks for, until a person has decided and the device has come for the answer (RFC 8628 §3.2). */
@Entity('device_codes')
export class DeviceCode {
  /** SHA-256 of the device code, which has 256 random bits. */
  @PrimaryColumn({ type: 'text' })
  digest!: string;

  /**
   * Keyed hash of the user code. A plain one would keep nothing secret: all 2^34.6 codes are hashed in a minute, so that whoever saw a copy of the
   * table could claim every device that waits.
   */
  @Index('device_codes_user_code', { unique: true })
  @TextColumn()
  user_code_digest!: string;

  @ForeignKey('ClientRow', 'id', { name: 'device_codes_client_fk', onDelete: 'CASCADE' })
  @Index('device_codes_client')
  @TextColumn()
  client_id!: string;

  /** What is asked for, and once a person has allowed it, what they have allowed; separated by spaces. */
  @TextColumn()
  scope!: string;

  /** Separated by spaces. */
  @TextColumn()
  audience!: string;

  /** From where the device asked, as its person is shown. */
  @TextColumn()
  address!: string;

  /** The least time between two polls, in milliseconds; it grows when the device does not keep to it. */
  @IntegerColumn()
  poll_interval!: number;

  @InstantColumn()
  next_poll_at!: number;

  /** Who was first to enter the code and sees it on a page: nobody else can decide on it. */
  @ForeignKey('User', 'id', { name: 'device_codes_user_fk', onDelete: 'CASCADE' })
  @Index('device_codes_user')
  @TextColumn({ nullable: true })
  user_id!: string | null;

  /** SHA-256 of what the browser is known by in which they saw it: there, another person may take their place. */
  @TextColumn({ nullable: true })
  browser!: string | null;

  @Column({ type: 'text', nullable: true })
  decision!: DeviceDecision;

  /** The session with which it ends; null for what is undecided, or outlives the session (offline access). */
  @ForeignKey('Session', 'id', { name: 'device_codes_session_fk', onDelete: 'CASCADE' })
  @Index('device_codes_session')
  @TextColumn({ nullable: true })
  session_id!: string | null;

  /** How and when the person had signed in who allowed it: of what outlives the session. */
  @InstantColumn({ nullable: true })
  authenticated_at!: number | null;

  @TextColumn({ nullable: true })
  acr!: string | null;

  @TextColumn({ nullable: true })
  amr!: string | null;

  /** What all tokens that come of it are known by: the id of their family. */
  @TextColumn()
  lineage!: string;

  @InstantColumn()
  created_at!: number;

  @InstantColumn({ nullable: true })
  consumed_at!: number | null;

  /** Until when it can be decided on, and redeemed. */
  @InstantColumn()
  valid_until!: number;

  /** Until when a late poll is told that it has expired, and a second use is recognised as one. */
  @Index('device_codes_expiry')
  @InstantColumn()
  expires_at!: number;
}
