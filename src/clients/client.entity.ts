import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntegerColumn, TextColumn } from '../database/portable-columns';

/** The client in whose name the first-party API (`/auth/*`) is given its tokens. */
export const FIRST_PARTY_CLIENT_ID = 'first-party';

/**
 * How a client came here: `house`, the server's own; `administrator`; `dynamic`, by itself (RFC 7591); `document`, known by the address of a
 * document that describes it.
 */
export type ClientOrigin = 'house' | 'administrator' | 'dynamic' | 'document';

/** An application that asks for tokens (RFC 6749 §1.1). */
@Entity('clients')
@Index('clients_list', ['created_at', 'id'])
export class ClientRow {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  origin!: ClientOrigin;

  /** 1 for the server's own client, whose users never see a consent page; 0 for all others. */
  @IntegerColumn()
  first_party!: number;

  /** JSON: the fields of the table in client-metadata.ts, as they were given. */
  @TextColumn()
  metadata!: string;

  /** Counts the changes; the entity tag of its representation. */
  @IntegerColumn()
  revision!: number;

  @InstantColumn()
  created_at!: number;

  @InstantColumn()
  updated_at!: number;

  @InstantColumn({ nullable: true })
  disabled_at!: number | null;

  /** SHA-256 of the token by which a client that registered itself reads and changes its registration (RFC 7592 §3). */
  @TextColumn({ nullable: true })
  registration_digest!: string | null;

  /** The software statement with which a client registered itself, as it came (RFC 7591 §3.2.1). */
  @TextColumn({ nullable: true })
  software_statement!: string | null;

  /** When a client that registered itself or is known by a document is forgotten, unless it is used before. */
  @Index('clients_expiry')
  @InstantColumn({ nullable: true })
  expires_at!: number | null;
}
