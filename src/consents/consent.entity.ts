import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';

/** What a person has let a client do at one resource server. */
@Entity('consents')
export class Consent {
  @ForeignKey('User', 'id', { name: 'consents_user_fk', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'text' })
  user_id!: string;

  @ForeignKey('ClientRow', 'id', { name: 'consents_client_fk', onDelete: 'CASCADE' })
  @Index('consents_client')
  @PrimaryColumn({ type: 'text' })
  client_id!: string;

  /** The identifier of the resource server. */
  @PrimaryColumn({ type: 'text' })
  resource!: string;

  /** Separated by spaces. */
  @TextColumn()
  scopes!: string;

  /** The names of claims about the person beyond those that the scopes ask for, separated by spaces; the same at every resource server. */
  @TextColumn()
  claims!: string;

  @InstantColumn()
  created_at!: number;

  @InstantColumn()
  updated_at!: number;
}
