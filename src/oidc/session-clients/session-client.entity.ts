import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A client that takes part in a session and wants to be told when it ends; forgotten with either. */
@Entity('session_clients')
export class SessionClient {
  @ForeignKey('Session', 'id', { name: 'session_clients_session_fk', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'text' })
  session_id!: string;

  @ForeignKey('ClientRow', 'id', { name: 'session_clients_client_fk', onDelete: 'CASCADE' })
  @Index('session_clients_client')
  @PrimaryColumn({ type: 'text' })
  client_id!: string;
}
