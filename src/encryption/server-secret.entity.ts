import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';

/** A symmetric secret that all nodes share, made at first start and encrypted at rest. */
@Entity('server_secrets')
export class ServerSecret {
  @PrimaryColumn({ type: 'text' })
  name!: string;

  @TextColumn()
  value_sealed!: string;

  @InstantColumn()
  created_at!: number;
}
