import { Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';

/** One security event, as it stands in the audit log. */
@Entity('audit_events')
@Index('audit_events_user', ['user_id', 'seq'])
export class AuditEventRow {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  seq!: number;

  @TextColumn()
  type!: string;

  @TextColumn()
  outcome!: string;

  @Index('audit_events_time')
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
}
