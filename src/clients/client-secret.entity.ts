import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';

/** One secret of a client; while it is being changed there are two. */
@Entity('client_secrets')
export class ClientSecret {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ForeignKey('ClientRow', 'id', { name: 'client_secrets_client_fk', onDelete: 'CASCADE' })
  @Index('client_secrets_client')
  @TextColumn()
  client_id!: string;

  /** SHA-256: a secret of 256 random bits needs no slow hash. */
  @TextColumn()
  digest!: string;

  /** The secret itself, encrypted, where it also has to serve as the key of an HMAC (client_secret_jwt). */
  @TextColumn({ nullable: true })
  sealed!: string | null;

  @InstantColumn()
  created_at!: number;

  /** When it ends, of one that another has taken the place of. */
  @Index('client_secrets_expiry')
  @InstantColumn({ nullable: true })
  expires_at!: number | null;
}
