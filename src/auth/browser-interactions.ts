import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings';
import {
  type Interaction,
  InteractionTickets,
  type NewInteraction,
  type TicketOutcome,
} from '../interactions/interaction-tickets';
import { InvalidRequest } from '../protocol/errors';
import type { SessionWithUser } from '../sessions/session-manager';
import { BrowserSessions } from './browser-sessions';

/** The parameter of addresses and forms that carries the ticket. */
export const TICKET_FIELD = 'ticket';

/** An interaction that goes on, and the ticket that it came with. */
export interface OpenInteraction {
  readonly interaction: Interaction;
  readonly ticket: string;
}

/** Goes on with an interaction of a browser where it began. */
export type Resumption = (interaction: Interaction, request: FastifyRequest, reply: FastifyReply) => Promise<void>;

const INCOMPLETE = 'This address is incomplete: go back to the application, and begin again.';
const TOO_LONG = 'The request is too long; push it beforehand (RFC 9126).';

/** Leads people from page to page, and back to where they came from: each time by a ticket that their browser carries. */
@Injectable()
export class BrowserInteractions {
  private readonly resumptions = new Map<string, Resumption>();

  constructor(
    private readonly tickets: InteractionTickets,
    private readonly browsers: BrowserSessions,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Lets interactions that began at a path go on there without the browser being sent, once it is known for whom. */
  whenChosen(path: string, resumption: Resumption): void {
    this.resumptions.set(path, resumption);
  }

  /** Begins an interaction in the browser of a request. */
  begin(begun: NewInteraction, request: FastifyRequest, reply: FastifyReply): Interaction {
    return this.tickets.begin(begun, this.browsers.ensureBrowser(request, reply));
  }

  /** Begins one that belongs to no browser yet: the first that brings its ticket may go on. */
  beginAnywhere(begun: NewInteraction): Interaction {
    return this.tickets.begin(begun, null);
  }

  /**
   * Sends the browser on.
   * @param path a page, or the path of the interaction itself
   * @throws {InvalidRequest} when the request is too long to be carried
   */
  sendTo(path: string, interaction: Interaction, reply: FastifyReply): void {
    const ticket = this.tickets.seal(interaction);
    if (ticket === null) throw new InvalidRequest(TOO_LONG);
    this.redirect(this.address(path, ticket), reply);
  }

  /** Who an interaction is about where somebody was chosen in it, as long as they are signed in here; otherwise whoever is current. */
  async sessionOf({ isChosen, personId }: Interaction, request: FastifyRequest): Promise<SessionWithUser | null> {
    if (!isChosen) return this.browsers.current(request);
    const account = (await this.browsers.accounts(request)).find(({ user }) => user.id === personId);
    return account === undefined ? null : this.browsers.used(account);
  }

  /** Where a page leads on to. */
  address(path: string, ticket: string): string {
    return `${this.settings.issuer}${path}?${TICKET_FIELD}=${ticket}`;
  }

  /**
   * The interaction that a browser goes on with.
   * @param path the path where it must have begun, where the caller minds
   * @throws {InvalidRequest} when the ticket is none of ours, of another browser, or too old; for a page
   */
  resume(request: FastifyRequest, path?: string): OpenInteraction {
    const open = this.resumeOrBegin(request, path);
    // What belongs to no browser yet was not looked at yet; a page would go on with it as if it was, though a pushed request has expired (RFC 9126 §4).
    if (open.interaction.browser === null) throw new InvalidRequest(INCOMPLETE);
    return open;
  }

  /** The same for the path where interactions begin: it takes also what belongs to no browser yet. @throws {InvalidRequest} as {@link resume} does */
  resumeOrBegin(request: FastifyRequest, path?: string): OpenInteraction {
    const { ticket, opened } = this.openedBy(request);
    if (
      opened === null ||
      opened.outcome === 'malformed' ||
      (path ?? opened.interaction.path) !== opened.interaction.path
    ) {
      throw new InvalidRequest(INCOMPLETE);
    }
    if (opened.outcome === 'expired') {
      throw new InvalidRequest('This took too long: go back to the application, and begin again.');
    }
    if (opened.outcome === 'foreign') {
      throw new InvalidRequest(
        'This was begun in another browser, or cookies are off: go back to the application, and begin again here.',
      );
    }
    return { interaction: opened.interaction, ticket };
  }

  /** The interaction that a browser goes on with, or null where it came without one. @throws {InvalidRequest} as {@link resume} does */
  resumeIfAny(request: FastifyRequest, path?: string): OpenInteraction | null {
    return ticketOf(request) === null ? null : this.resume(request, path);
  }

  /** Where it goes on after a page. @param otherwise the path for somebody who came without an interaction */
  onward(open: OpenInteraction | null, otherwise: string): string {
    return open === null ? `${this.settings.issuer}${otherwise}` : this.address(open.interaction.path, open.ticket);
  }

  /**
   * Goes on with somebody who has signed in, or was chosen: from now on the interaction is about them. Whoever came without one is sent to their account.
   * @throws {OAuthError} where the interaction cannot go on: for a page
   */
  async goOnAs(
    open: OpenInteraction | null,
    personId: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (open === null) return this.redirect(this.onward(null, '/account'), reply);
    const chosen = { ...open.interaction, personId, isChosen: true };
    const resume = this.resumptions.get(chosen.path);
    if (resume === undefined) this.sendTo(chosen.path, chosen, reply);
    else await resume(chosen, request, reply);
  }

  /** Where somebody whose request failed can go back to; null where nobody knows. */
  wayBack(request: FastifyRequest): string | null {
    const { opened } = this.openedBy(request);
    return opened === null || opened.outcome === 'malformed' ? null : opened.interaction.returnTo;
  }

  /** RFC 9700 §4.12: 303, so that no browser sends the form on. */
  private redirect(address: string, reply: FastifyReply): void {
    void reply.code(303).header('location', address).send();
  }

  private openedBy(request: FastifyRequest): { readonly ticket: string; readonly opened: TicketOutcome | null } {
    const ticket = ticketOf(request);
    if (ticket === null) return { ticket: '', opened: null };
    return { ticket, opened: this.tickets.open(ticket, this.browsers.browserOf(request)) };
  }
}

/** The ticket that a request brings, in its form or in its address. */
function ticketOf({ body, query }: FastifyRequest): string | null {
  const fields = [body, query] as (Record<string, unknown> | null | undefined)[];
  const found = fields.map((from) => from?.[TICKET_FIELD]).find((value) => value !== undefined);
  return typeof found === 'string' && found !== '' ? found : null;
}
