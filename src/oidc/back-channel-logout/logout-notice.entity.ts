import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntegerColumn, TextColumn } from '../../database/portable-columns';

/** What a client has yet to be told: that a session has ended. The session and its person may be gone by then. */
@Entity('logout_notices')
export class LogoutNotice {
  @PrimaryColumn({ type: 'text' })
  session_id!: string;

  @ForeignKey('ClientRow', 'id', { name: 'logout_notices_client_fk', onDelete: 'CASCADE' })
  @Index('logout_notices_client')
  @PrimaryColumn({ type: 'text' })
  client_id!: string;

  @TextColumn()
  user_id!: string;

  /** How often somebody has set out to tell it. */
  @IntegerColumn()
  attempts!: number;

  /** When the next may set out. */
  @Index('logout_notices_due')
  @InstantColumn()
  due_at!: number;

  /** The same for all notices of a session. */
  @Index('logout_notices_expiry')
  @InstantColumn()
  expires_at!: number;
}
