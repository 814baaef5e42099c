import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../config/clock';
import { sha256 } from '../crypto/digest';
import { Envelope, EnvelopeNotOpened } from '../crypto/envelope';
import { randomId } from '../crypto/random-id';
import type { Transaction } from '../database/transaction';
import { ServerSecrets } from '../encryption/server-secrets';
import { UsedIdentifiers } from '../replay/used-identifiers';

/** How long a person may take to sign in and to decide, in milliseconds. */
export const INTERACTION_LIFETIME = 30 * 60_000;

/** The longest ticket: it travels in an address, beside which cookies have to find room. */
const LONGEST = 10_000;

/** How many tickets this node need not decipher; each is {@link LONGEST} at the most. */
const REMEMBERED = 500;

const PURPOSE = 'interaction';

/** What waits until a person has signed in and decided: a request of a client, in one browser. */
export interface Interaction {
  readonly id: string;
  /** The path where it began, and where it goes on after each page. */
  readonly path: string;
  /** What was asked for, as whoever began the interaction needs it to go on. */
  readonly request: unknown;
  /** The name of the client for which the person is asked to sign in; null where it is for this server itself. */
  readonly clientName: string | null;
  /** Where a page can send the person back to, when it cannot go on. */
  readonly returnTo: string | null;
  /** Who the client believes the person to be (OpenID Connect Core §3.1.2.1). */
  readonly loginHint: string | null;
  /** Whose account it is about so far; null where nobody knows. */
  readonly personId: string | null;
  /** Whether it is about them because they have signed in for it, or were chosen in it: then it is about nobody else, whoever signs in meanwhile. */
  readonly isChosen: boolean;
  /** When it began, epoch milliseconds; a sign-in from then on was made for it. */
  readonly startedAt: number;
  /** SHA-256 of what the browser is known by; null until it is known. */
  readonly browser: string | null;
}

/**
 * Whether a sign-in was made for an interaction: after it began; in the very millisecond in which it did, only one that was made in it.
 * @param signedInAt epoch milliseconds
 */
export function isMadeFor({ startedAt, isChosen }: Interaction, signedInAt: number): boolean {
  return signedInAt > startedAt || (isChosen && signedInAt === startedAt);
}

/** What somebody says who begins an interaction. */
export type NewInteraction = Pick<Interaction, 'path' | 'request'> &
  Partial<Pick<Interaction, 'clientName' | 'returnTo' | 'loginHint' | 'personId'>>;

/** What a ticket turned out to be. */
export type TicketOutcome =
  | { readonly outcome: 'open'; readonly interaction: Interaction }
  /** `returnTo` where it may be told. */
  | { readonly outcome: 'expired' | 'foreign'; readonly interaction: Interaction }
  | { readonly outcome: 'malformed' };

/**
 * Interactions, each carried by the browser in a sealed ticket: nothing is kept of those that nobody completes (DOS-06), and any node goes on with
 * them. Only the completion leaves a note, so that none is completed twice.
 */
@Injectable()
export class InteractionTickets implements OnModuleInit {
  private envelope: Envelope | undefined;
  /** What is in the tickets that were here last: a page and its form bring the same one, and nobody else can make one that is equal. */
  private readonly opened = new LRUCache<string, Interaction>({ max: REMEMBERED });

  constructor(
    private readonly secrets: ServerSecrets,
    private readonly clock: Clock,
    private readonly used: UsedIdentifiers,
  ) {}

  async onModuleInit(): Promise<void> {
    this.envelope = new Envelope([await this.secrets.get('interactions')]);
  }

  /** Begins an interaction. @param browser what the browser is known by; null where it is not known yet */
  begin(begun: NewInteraction, browser: string | null): Interaction {
    return {
      clientName: null,
      returnTo: null,
      loginHint: null,
      personId: null,
      isChosen: false,
      ...begun,
      id: randomId(),
      startedAt: this.clock.now(),
      browser: browser === null ? null : sha256(browser),
    };
  }

  /** @returns the ticket, or null where the request is too long to be carried */
  seal(interaction: Interaction): string | null {
    const ticket = this.sealing.seal(PURPOSE, Buffer.from(JSON.stringify(interaction)));
    if (ticket.length > LONGEST) return null;
    this.opened.set(ticket, interaction);
    return ticket;
  }

  /** Reads a ticket. @param browser what the browser that brings it is known by */
  open(ticket: string, browser: string | null): TicketOutcome {
    const interaction = ticket.length > LONGEST ? null : this.read(ticket);
    if (interaction === null) return { outcome: 'malformed' };
    if (interaction.startedAt + INTERACTION_LIFETIME <= this.clock.now()) return { outcome: 'expired', interaction };
    const isForeign = interaction.browser !== null && (browser === null || interaction.browser !== sha256(browser));
    return { outcome: isForeign ? 'foreign' : 'open', interaction };
  }

  /** Notes that an interaction is complete. @returns false where it was so already */
  complete(transaction: Transaction, { id, startedAt }: Interaction): Promise<boolean> {
    return this.used.useIn(transaction, PURPOSE, '', id, startedAt + INTERACTION_LIFETIME);
  }

  private read(ticket: string): Interaction | null {
    const known = this.opened.get(ticket);
    if (known !== undefined) return known;
    try {
      const interaction = JSON.parse(this.sealing.open(PURPOSE, ticket).toString()) as Interaction;
      this.opened.set(ticket, interaction);
      return interaction;
    } catch (error) {
      if (error instanceof EnvelopeNotOpened) return null;
      throw error;
    }
  }

  private get sealing(): Envelope {
    if (this.envelope === undefined) throw new Error('The secret of interactions is not loaded yet.');
    return this.envelope;
  }
}
