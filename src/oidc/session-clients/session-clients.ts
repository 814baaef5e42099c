import { Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import { Reader } from '../../database/reader';
import type { Transaction } from '../../database/transaction';
import { SessionManager } from '../../sessions/session-manager';

/** Knows which clients take part in which sessions: those that were given an ID token in one, and want to be told when it ends. */
@Injectable()
export class SessionClients {
  constructor(
    private readonly sessions: SessionManager,
    private readonly reader: Reader,
  ) {}

  /** Notes that a client takes part in a session. @returns false where that has ended meanwhile */
  async note(transaction: Transaction, { id, metadata }: Client, sessionId: string): Promise<boolean> {
    const { backchannel_logout_uri: back, frontchannel_logout_uri: front } = metadata;
    if (back === undefined && front === undefined) return true;
    // Whoever ends the session at this moment either waits and finds the note, or was first.
    if (!(await this.sessions.hold(transaction, sessionId))) return false;
    transaction.write(
      'INSERT INTO session_clients (session_id, client_id) VALUES (?, ?) ON CONFLICT (session_id, client_id) DO NOTHING',
      [sessionId, id],
    );
    return true;
  }

  /** The ids of the clients that take part in a session, or took part in it. @param most how many at the most */
  async of(sessionId: string, most: number): Promise<string[]> {
    const rows = await this.reader.query<{ client_id: string }>(
      'SELECT client_id FROM session_clients WHERE session_id = ? ORDER BY client_id LIMIT ?',
      [sessionId, most],
    );
    return rows.map(({ client_id }) => client_id);
  }
}
