import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';

/**
 * What is known of a role. A role itself is a word on people, which the code's decorators ask for; that it is described here lets those who give it know
 * what it is for, and lets a misspelt one be found.
 */
@Entity('roles')
export class Role {
  @PrimaryColumn({ type: 'text' })
  name!: string;

  /** What it is for, in a line. */
  @TextColumn({ nullable: true })
  description!: string | null;

  @InstantColumn()
  created_at!: number;

  @InstantColumn()
  updated_at!: number;
}
