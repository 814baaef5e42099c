import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions } from '../../auth/browser-interactions';
import { type BrowserAccount, BrowserSessions } from '../../auth/browser-sessions';
import { BrowserSignOut, type Onward } from '../../auth/browser-sign-out';
import { type Client, isUnchecked, labelOf } from '../../clients/client';
import type { Interaction } from '../../interactions/interaction-tickets';
import { ClientDirectory } from '../../oauth/client-authentication/client-directory';
import type { SessionWithUser } from '../../sessions/session-manager';
import { Subjects } from '../claims/subjects';
import { LOGOUT_PATH, type LogoutRequest } from './logout-request';

/** The page that asks whether somebody wants to sign out. */
const CONFIRMATION_PATH = '/sign-out/confirmation';

/** Leads a logout request to the end of the session: at once where it is sure that an application of that session asks, else after asking the person. */
@Injectable()
export class LogoutFlow {
  constructor(
    private readonly browsers: BrowserSessions,
    private readonly interactions: BrowserInteractions,
    private readonly signOut: BrowserSignOut,
    private readonly clients: ClientDirectory,
    private readonly subjects: Subjects,
  ) {}

  /** Takes a request one step further, and answers with what comes next. */
  async advance(asked: LogoutRequest, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const accounts = await this.browsers.accounts(request);
    const client = asked.clientId === null ? null : await this.clients.find(asked.clientId);
    const proven = accounts.filter((account) => this.isProven(asked, client, account));
    if (proven.length === 0 && accounts.length > 0) {
      return this.interactions.sendTo(CONFIRMATION_PATH, this.begin(asked, client, request, reply), reply);
    }
    // RFC 9700 §4.11.2: where nothing has ended, a link must not lead straight to the site of a stranger, nor to one that nobody has proved to know (§3).
    const isAutomatic = proven.length > 0 || (asked.hint !== null && client !== null && !isUnchecked(client));
    await this.signOut.leave(proven, 'these sessions', onward(asked, client, isAutomatic), request, reply);
  }

  /** Signs out who has been asked, and has said yes. */
  async confirmed(interaction: Interaction, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asked = interaction.request as LogoutRequest;
    const client = asked.clientId === null ? null : await this.clients.find(asked.clientId);
    // RFC 9700 §4.11.2: a yes to signing out is none to going where nobody has admitted, and no ID token has led from there.
    const isAutomatic = asked.hint !== null || (client !== null && !isUnchecked(client));
    const leaving = await this.leaving(request);
    await this.signOut.leave(leaving, 'these sessions', onward(asked, client, isAutomatic), request, reply);
  }

  /** Who would be signed out by a yes: whoever is current, or all where nobody is. */
  async leaving(request: FastifyRequest): Promise<readonly BrowserAccount[]> {
    const accounts = await this.browsers.accounts(request);
    const current = accounts.filter(({ isCurrent }) => isCurrent);
    return current.length > 0 ? current : accounts;
  }

  /** Whether the request comes from an application that takes part in this very session of the browser: nobody else has an ID token of it (SES-05). */
  private isProven({ hint }: LogoutRequest, client: Client | null, { session, user }: SessionWithUser): boolean {
    if (hint === null || client === null) return false;
    const isOfSession = hint.sessionId === this.subjects.sessionOf(client, session.id);
    return isOfSession && this.subjects.isSubject(client, user.id, hint.subject);
  }

  private begin(
    asked: LogoutRequest,
    client: Client | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Interaction {
    const clientName = client === null ? null : labelOf(client);
    return this.interactions.begin({ path: LOGOUT_PATH, request: asked, clientName }, request, reply);
  }
}

function onward({ redirectTo }: LogoutRequest, client: Client | null, isAutomatic: boolean): Onward | null {
  if (client === null) return null;
  if (redirectTo !== null) return { address: redirectTo, isAutomatic, clientName: labelOf(client) };
  // Without an address of its own to return to, the page shows the way to its home page.
  const { client_uri: home } = client.metadata;
  return home === undefined ? null : { address: home, isAutomatic: false, clientName: labelOf(client) };
}
