import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { IdTokenRecipients } from '../id-token/id-token-recipients';
import { SessionClients } from './session-clients';

/**
 * Which clients take part in a session: what both ways of telling them of its end stand on (OpenID Connect Back-Channel Logout §2.3, Front-Channel
 * Logout §3). A client without an address for that costs nothing.
 */
@Module({ imports: [AuthModule], providers: [SessionClients], exports: [SessionClients] })
export class SessionClientsModule {
  constructor(recipients: IdTokenRecipients, clients: SessionClients) {
    recipients.register((transaction, client, sessionId) => clients.note(transaction, client, sessionId));
  }
}
