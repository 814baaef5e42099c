import { Injectable } from '@nestjs/common';
import type { AuditEventType, EventOrigin } from '../../audit/audit-event';
import { AuditLog } from '../../audit/audit-log';
import type { Client } from '../../clients/client';
import type { ClientMetadata } from '../../clients/client-metadata';
import { ACCEPTABLE_SECRET, ClientSecrets, isAcceptableSecret, needsSecret } from '../../clients/client-secrets';
import { ClientStore, type NewClient } from '../../clients/client-store';
import type { ClientOrigin } from '../../clients/client.entity';
import { type MetadataProblem, readClientMetadata } from '../../clients/read-client-metadata';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import { TokenRevoker } from '../../tokens/token-revoker';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';

/** What somebody registers. */
export interface Registration {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly origin: Exclude<ClientOrigin, 'house'>;
  /** An id to have instead of one that is made up. */
  readonly id?: string | undefined;
  /** A secret to have instead of one that is made up. */
  readonly secret?: string | undefined;
  readonly registrationDigest?: string;
  readonly expiresAt?: number;
}

/** A client as it is now, and the secret that it has just been given, if any: nobody can see it again. */
export interface RegisteredClient {
  readonly client: Client;
  readonly secret: string | null;
}

/** What became of a registration or of a change to it. */
export type RegistrationOutcome =
  | ({ readonly outcome: 'done' } & RegisteredClient)
  | { readonly outcome: 'refused'; readonly problems: readonly MetadataProblem[] }
  /** There is a client of that id already. */
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'unknown' }
  /** Somebody else has changed it meanwhile. */
  | { readonly outcome: 'outdated' };

type ClientEvent = Extract<AuditEventType, `client.${string}`>;

const ODD_ID = {
  field: 'client_id',
  reason: 'client_id must be 1 to 100 letters, digits and - . _ ~, of which the first is a letter or a digit.',
};
const ODD_SECRET = { field: 'client_secret', reason: `client_secret must be ${ACCEPTABLE_SECRET}.` };
const NO_SECRET = {
  field: 'token_endpoint_auth_method',
  reason: 'token_endpoint_auth_method is one without a secret: change it first.',
};

/** A change that has to be undone, since it cannot be made. */
class Undone extends Error {
  constructor(readonly outcome: Exclude<RegistrationOutcome, { outcome: 'done' }>) {
    super(outcome.outcome);
  }
}

/** How an id that somebody chooses for a client looks; others are made up (RFC 6749 §2.2). An https URL is a document's (never registered). */
const CLIENT_ID = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$/;

/** Registers clients, changes and removes them, whoever asks for it: an administrator, the command line, or the client itself. */
@Injectable()
export class ClientRegistrations {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clients: ClientStore,
    private readonly secrets: ClientSecrets,
    private readonly catalog: ScopeCatalog,
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
  ) {}

  /** Registers a client. */
  async register(registration: Registration, by: EventOrigin): Promise<RegistrationOutcome> {
    const read = await this.read(registration);
    if (!read.ok) return { outcome: 'refused', problems: read.problems };
    const { id, secret, origin, registrationDigest, expiresAt } = registration;
    const added: NewClient = {
      id,
      origin,
      metadata: read.metadata,
      ...(registrationDigest === undefined ? {} : { registrationDigest }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    return this.work(async (transaction) => {
      const clientId = await this.clients.add(transaction, added);
      if (clientId === null) throw new Undone({ outcome: 'taken' });
      const value = needsSecret(read.metadata)
        ? await this.giveSecret(transaction, clientId, read.metadata, secret)
        : null;
      await this.note(transaction, 'client.registered', clientId, by);
      return this.done(transaction, clientId, value);
    });
  }

  /**
   * Replaces a client's metadata.
   * @param revision the one that the change was made from; null where whatever is there is to be replaced
   */
  async change(
    id: string,
    metadata: Readonly<Record<string, unknown>>,
    revision: number | null,
    by: EventOrigin,
  ): Promise<RegistrationOutcome> {
    const before = await this.clients.read(id);
    if (before === null) return { outcome: 'unknown' };
    const read = await this.read({ metadata, origin: before.origin === 'house' ? 'administrator' : before.origin });
    if (!read.ok) return { outcome: 'refused', problems: read.problems };
    return this.work(async (transaction) => {
      if (!(await this.clients.change(transaction, id, read.metadata, revision ?? undefined))) {
        throw new Undone({ outcome: (await this.clients.read(id, transaction)) === null ? 'unknown' : 'outdated' });
      }
      const changed = await this.clients.read(id, transaction);
      const isShort = needsSecret(read.metadata) && !this.secrets.suffice(changed!);
      const value = isShort ? await this.giveSecret(transaction, id, read.metadata) : null;
      await this.note(transaction, 'client.changed', id, by);
      return this.done(transaction, id, value);
    });
  }

  /** Gives a client another secret. @param overlap for how many seconds those from before are good beside it */
  rotateSecret(id: string, overlap: number, by: EventOrigin): Promise<RegistrationOutcome> {
    return this.work(async (transaction) => {
      const client = await this.clients.read(id, transaction);
      if (client === null) throw new Undone({ outcome: 'unknown' });
      if (!needsSecret(client.metadata)) throw new Undone({ outcome: 'refused', problems: [NO_SECRET] });
      const value = await this.giveSecret(transaction, id, client.metadata, undefined, overlap);
      await this.note(transaction, 'client.secret-rotated', id, by);
      return this.done(transaction, id, value);
    });
  }

  /** Keeps a client out, and takes back what it has; or lets it in again. @returns false where it was so already, or there is none */
  setDisabled(id: string, disabled: boolean, by: EventOrigin): Promise<boolean> {
    return this.unitOfWork.run(async (transaction) => {
      if (!(await this.clients.disable(transaction, id, disabled))) return false;
      if (disabled) await this.revoker.revokeClient(transaction, id, 'client disabled');
      await this.note(transaction, disabled ? 'client.disabled' : 'client.enabled', id, by);
      return true;
    });
  }

  /** Removes a client and all that it has. @returns false where there is none, or it is the server's own */
  remove(id: string, by: EventOrigin): Promise<boolean> {
    return this.unitOfWork.run(async (transaction) => {
      await this.revoker.revokeClient(transaction, id, 'client removed');
      if (!(await this.clients.remove(transaction, id))) return false;
      await this.note(transaction, 'client.removed', id, by);
      return true;
    });
  }

  private async read({ metadata, origin, id, secret }: Registration): ReturnType<ClientRegistrations['readChecked']> {
    const problems: MetadataProblem[] = [];
    if (id !== undefined && !CLIENT_ID.test(id)) problems.push(ODD_ID);
    if (secret !== undefined && !isAcceptableSecret(secret)) problems.push(ODD_SECRET);
    const read = await this.readChecked(metadata, origin);
    if (problems.length === 0) return read;
    return { ok: false, problems: [...problems, ...(read.ok ? [] : read.problems)] };
  }

  private async readChecked(
    metadata: Readonly<Record<string, unknown>>,
    origin: ClientOrigin,
  ): Promise<ReturnType<typeof readClientMetadata>> {
    const read = readClientMetadata(metadata, origin === 'administrator' ? 'administrator' : 'client');
    if (!read.ok) return read;
    const known = new Set((await this.catalog.get()).scopes.map(({ name }) => name));
    const scopes = read.metadata.scope.split(' ').filter((scope) => scope !== '');
    const unknown = scopes.filter((scope) => !known.has(scope));
    if (unknown.length === 0) return read;
    // RFC 7591 §3.2.1: of what a client asks for, the server registers what it can give, and says so; an administrator has made a slip.
    if (origin !== 'administrator') {
      return { ok: true, metadata: { ...read.metadata, scope: scopes.filter((scope) => known.has(scope)).join(' ') } };
    }
    const names = unknown.map((name) => JSON.stringify(name)).join(', ');
    return {
      ok: false,
      problems: [{ field: 'scope', reason: `scope names what no resource server knows: ${names}.` }],
    };
  }

  private async giveSecret(
    transaction: Transaction,
    id: string,
    metadata: ClientMetadata,
    given?: string,
    overlap = 0,
  ): Promise<string> {
    const isKey = metadata.token_endpoint_auth_method === 'client_secret_jwt';
    const secret = await this.secrets.add(transaction, id, isKey, given);
    await this.secrets.expireOthers(transaction, id, secret.id, overlap);
    await this.clients.touch(transaction, id);
    return secret.value;
  }

  private note(transaction: Transaction, type: ClientEvent, clientId: string, origin: EventOrigin): Promise<void> {
    return this.audit.record(transaction, { type, outcome: 'success', clientId, origin });
  }

  private async done(transaction: Transaction, id: string, secret: string | null): Promise<RegistrationOutcome> {
    const client = await this.clients.read(id, transaction);
    return client === null ? { outcome: 'unknown' } : { outcome: 'done', client, secret };
  }

  private async work(work: (transaction: Transaction) => Promise<RegistrationOutcome>): Promise<RegistrationOutcome> {
    try {
      return await this.unitOfWork.run(work);
    } catch (error) {
      if (error instanceof Undone) return error.outcome;
      throw error;
    }
  }
}
