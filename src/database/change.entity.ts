import { Entity, Index } from 'typeorm';
import { InstantColumn, SequenceColumn, TextColumn } from './portable-columns';

/** A note that something has changed of which nodes keep copies in memory. */
@Entity('changes')
export class Change {
  @SequenceColumn()
  seq!: number;

  /** What kind of thing, such as `client`. */
  @TextColumn()
  topic!: string;

  /** Its id. */
  @TextColumn()
  subject!: string;

  @Index('changes_expiry')
  @InstantColumn()
  expires_at!: number;
}
