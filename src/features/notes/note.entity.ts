import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../../database/portable-columns';

/** A person's note. */
@Entity('notes')
@Index('notes_owner', ['owner_id', 'created_at', 'id'])
@Index('notes_time', ['created_at', 'id'])
export class Note {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ForeignKey('User', 'id', { name: 'notes_owner_fk', onDelete: 'CASCADE' })
  @TextColumn({ update: false })
  owner_id!: string;

  @TextColumn()
  title!: string;

  @TextColumn()
  body!: string;

  @InstantColumn({ update: false })
  created_at!: number;

  @InstantColumn()
  updated_at!: number;
}
