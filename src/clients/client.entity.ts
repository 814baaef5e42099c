import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntegerColumn, TextColumn } from '../database/portable-columns';

/** The client in whose name the first-party API (`/auth/*`) is given its tokens. */
export const FIRST_PARTY_CLIENT_ID = 'first-party';

/** An application that asks for tokens (RFC 6749 §1.1). */
@Entity('clients')
export class Client {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @TextColumn()
  name!: string;

  /** 1 for the server's own client, whose users never see a consent page; 0 for all others. */
  @IntegerColumn()
  first_party!: number;

  @InstantColumn()
  created_at!: number;

  @InstantColumn({ nullable: true })
  disabled_at!: number | null;
}
