import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/portable-columns';

/** A link by which whoever has started the server makes themselves its first administrator. */
@Entity('set_up_links')
export class SetUpLink {
  /** SHA-256 of the secret in its address. */
  @PrimaryColumn({ type: 'text' })
  digest!: string;

  @InstantColumn()
  created_at!: number;

  @Index('set_up_links_expiry')
  @InstantColumn()
  expires_at!: number;
}
