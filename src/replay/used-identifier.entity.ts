import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/portable-columns';

/** An identifier that was good for one use and has had it. */
@Entity('used_identifiers')
export class UsedIdentifier {
  /** SHA-256 over what it was for and what it is: of constant length, whatever its author made it of (DOS-05). */
  @PrimaryColumn({ type: 'text' })
  digest!: string;

  @Index('used_identifiers_expiry')
  @InstantColumn()
  expires_at!: number;
}
