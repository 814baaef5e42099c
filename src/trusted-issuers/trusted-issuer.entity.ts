import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntegerColumn, TextColumn } from '../database/portable-columns';

/** Somebody else's server that is trusted to say for whom a client may have tokens (RFC 7521 §3), or what a program is (RFC 7591 §2.3). */
@Entity('trusted_issuers')
export class TrustedIssuerRow {
  /** The `iss` of what it signs, to the letter. */
  @PrimaryColumn({ type: 'text' })
  issuer!: string;

  /** JSON: the fields of the table in trusted-issuer-fields.ts. */
  @TextColumn()
  properties!: string;

  /** Counts the changes; the entity tag of its representation. */
  @IntegerColumn()
  revision!: number;

  @InstantColumn()
  created_at!: number;

  @InstantColumn()
  updated_at!: number;
}
