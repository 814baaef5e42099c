import { Entity, Index } from 'typeorm';
import { InstantColumn, SequenceColumn, TextColumn } from '../database/portable-columns';

/** One security event, as it stands in the audit log. */
@Entity('audit_events')
@Index('audit_events_user', ['user_id', 'seq'])
export class AuditEventRow {
  @SequenceColumn()
  seq!: number;

  @TextColumn()
  type!: string;

  @TextColumn()
  outcome!: string;

  @InstantColumn()
  occurred_at!: number;

  @TextColumn({ nullable: true })
  user_id!: string | null;

  @TextColumn({ nullable: true })
  client_id!: string | null;

  @TextColumn({ nullable: true })
  session_id!: string | null;

  @TextColumn({ nullable: true })
  address!: string | null;

  @TextColumn({ nullable: true })
  request_id!: string | null;

  /** JSON; never holds a secret. */
  @TextColumn({ nullable: true })
  detail!: string | null;

  @Index('audit_events_expiry')
  @InstantColumn()
  expires_at!: number;
}
