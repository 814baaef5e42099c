import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../../audit/audit-event';
import type { Client } from '../../clients/client';
import type { ClientMetadata } from '../../clients/client-metadata';
import { ClientStore } from '../../clients/client.store';
import type { ClientOrigin } from '../../clients/client.entity';
import type { MetadataAuthor } from '../../clients/metadata-field';
import { ADMINISTRATOR_FIELDS } from '../../clients/read-client-metadata';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import {
  type ChangedClient,
  ClientChanges,
  type ChangeOutcome,
  type ChangeRefusal,
  type RemovalOutcome,
  type SecretRemoval,
} from './client-changes';
import { authorOf, RegistrationReader } from './registration-reader';

/** What somebody registers. */
export interface Registration {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly origin: Exclude<ClientOrigin, 'house'>;
  /** What administrators have decided for a client that registers itself. */
  readonly decided?: Partial<ClientMetadata>;
  /** An id to have instead of one that is made up. */
  readonly id?: string | undefined;
  /** A secret to have instead of one that is made up. */
  readonly secret?: string | undefined;
  readonly registrationDigest?: string;
  readonly softwareStatement?: string | null;
  readonly expiresAt?: number;
}

/**
 * What else has to be done in the unit of work of a registration or a change. Whatever it throws undoes all.
 * @param client as it is now
 */
export type AlsoDone = (transaction: Transaction, client: Client) => Promise<void>;

/** What became of a registration. */
export type RegistrationOutcome =
  | ChangedClient
  | Extract<ChangeRefusal, { outcome: 'refused' }>
  /** There is a client of that id already. */
  | { readonly outcome: 'taken' };

/** A change that has to be undone, since it cannot be made. */
class Undone extends Error {
  constructor(readonly refusal: ChangeRefusal) {
    super(refusal.outcome);
  }
}

/** Registers clients, changes and removes them, whoever asks for it: an administrator, the command line, or the client itself. */
@Injectable()
export class ClientRegistrations {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clients: ClientStore,
    private readonly reader: RegistrationReader,
    private readonly changes: ClientChanges,
  ) {}

  /** Registers a client. */
  async register(registration: Registration, by: EventOrigin, also?: AlsoDone): Promise<RegistrationOutcome> {
    const { metadata, decided, id, secret, ...rest } = registration;
    const read = await this.reader.read({ metadata, author: authorOf(rest.origin), decided, id, secret });
    if (!read.ok) return { outcome: 'refused', problems: read.problems };
    const added = { ...rest, id, metadata: read.metadata };
    const made = await this.unitOfWork.run(async (transaction) => {
      const outcome = await this.changes.add(transaction, added, secret, by);
      if (outcome !== null) await also?.(transaction, outcome.client);
      return outcome;
    });
    return made ?? { outcome: 'taken' };
  }

  /**
   * Replaces a client's metadata.
   * @param revision the one that the change was made from; null where whatever is there is to be replaced
   * @param author who says what it is; if nobody is named, an administrator where one has registered it, and else the client itself
   */
  async change(
    id: string,
    metadata: Readonly<Record<string, unknown>>,
    revision: number | null,
    by: EventOrigin,
    author?: MetadataAuthor,
    also?: AlsoDone,
  ): Promise<ChangeOutcome> {
    const before = await this.clients.read(id);
    if (before === null) return { outcome: 'unknown' };
    if (before.firstParty) return { outcome: 'own' };
    const speaker = author ?? authorOf(before.origin);
    const read = await this.reader.read({ metadata, author: speaker, decided: decidedForIt(before.metadata) });
    if (!read.ok) return { outcome: 'refused', problems: read.problems };
    return this.work(async (transaction) => {
      const outcome = await this.changes.change(transaction, id, read.metadata, revision, by);
      if (outcome.outcome === 'done') await also?.(transaction, outcome.client);
      return outcome;
    });
  }

  /** Gives a client another secret. @param overlap for how many seconds those from before are good beside it */
  rotateSecret(id: string, overlap: number, by: EventOrigin): Promise<ChangeOutcome> {
    return this.work((transaction) => this.changes.rotateSecret(transaction, id, overlap, by));
  }

  /** Takes a secret away from a client. */
  removeSecret(id: string, secretId: string, by: EventOrigin): Promise<SecretRemoval> {
    return this.unitOfWork.run((transaction) => this.changes.removeSecret(transaction, id, secretId, by));
  }

  /**
   * Keeps a client out, and takes back what it has; or lets it in again.
   * @param revision the one that this was decided upon; null for any
   */
  setDisabled(id: string, disabled: boolean, by: EventOrigin, revision: number | null = null): Promise<ChangeOutcome> {
    return this.work((transaction) => this.changes.setDisabled(transaction, id, disabled, revision, by));
  }

  /** Removes a client and all that it has. @param revision the one that this was decided upon; null for any */
  remove(id: string, by: EventOrigin, revision: number | null = null): Promise<RemovalOutcome> {
    return this.work((transaction) => this.changes.remove(transaction, id, revision, by));
  }

  /** Does it whole, or not at all: a change that is refused half-way leaves nothing behind. */
  private async work<Outcome extends { readonly outcome: string }>(
    work: (transaction: Transaction) => Promise<Outcome | ChangeRefusal>,
  ): Promise<Outcome | ChangeRefusal> {
    try {
      return await this.unitOfWork.run(async (transaction) => {
        const outcome = await work(transaction);
        if (isRefusal(outcome)) throw new Undone(outcome);
        return outcome;
      });
    } catch (error) {
      if (error instanceof Undone) return error.refusal;
      throw error;
    }
  }
}

const REFUSALS: readonly string[] = ['refused', 'unknown', 'own', 'outdated'] satisfies ChangeRefusal['outcome'][];

function isRefusal(outcome: { readonly outcome: string }): outcome is ChangeRefusal {
  return REFUSALS.includes(outcome.outcome);
}

/** What administrators have decided for a client stays, whatever it says of itself. */
function decidedForIt(metadata: ClientMetadata): Partial<ClientMetadata> {
  return Object.fromEntries(
    Object.entries(metadata).filter(([name]) => ADMINISTRATOR_FIELDS.some((one) => one === name)),
  );
}
