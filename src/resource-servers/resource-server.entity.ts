import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntegerColumn, TextColumn } from '../database/portable-columns';

/** An API whose access tokens this server issues (RFC 6749 §1.1). */
@Entity('resource_servers')
export class ResourceServerRow {
  /** Its identifier: the `aud` of its tokens, and the `resource` by which clients ask for them (RFC 8707 §2). */
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @TextColumn()
  name!: string;

  /** JSON: its scopes, each with what people are told of it. */
  @TextColumn()
  scopes!: string;

  @Column({ type: 'text' })
  token_format!: 'jwt' | 'opaque';

  /** How long its access tokens are good, in seconds; null for what holds elsewhere. */
  @IntegerColumn({ nullable: true })
  access_token_lifetime!: number | null;

  /** JSON: the ids of the clients that may ask about its tokens (RFC 7662 §2.1). */
  @TextColumn()
  introspection_clients!: string;

  /** Counts the changes; the entity tag of its representation. */
  @IntegerColumn()
  revision!: number;

  @InstantColumn()
  created_at!: number;

  @InstantColumn()
  updated_at!: number;
}
