import { Injectable } from '@nestjs/common';
import type { AuditEventType, EventOrigin } from '../../audit/audit-event';
import { AuditLog } from '../../audit/audit-log';
import type { Client } from '../../clients/client';
import type { ClientMetadata } from '../../clients/client-metadata';
import { ClientSecrets, type KeptSecret, needsSecret, type NewSecret } from '../../clients/client-secrets';
import { ClientStore, type NewClient } from '../../clients/client.store';
import type { FieldProblem } from '../../clients/read-fields';
import type { Transaction } from '../../database/transaction';
import { TokenRevoker } from '../../tokens/token-revoker';

/** A client as it is now, and the secret that it has just been given, if any: nobody can see it again. */
export interface ChangedClient {
  readonly outcome: 'done';
  readonly client: Client;
  readonly secret: string | null;
  /** The name of that secret, by which it can be taken away again. */
  readonly secretId: string | null;
}

/** Why a client was left as it is. */
export type ChangeRefusal =
  | { readonly outcome: 'refused'; readonly problems: readonly FieldProblem[] }
  | { readonly outcome: 'unknown' }
  /** It is the server's own, which lives by the server's rules alone. */
  | { readonly outcome: 'own' }
  /** Somebody else has changed it meanwhile. */
  | { readonly outcome: 'outdated' };

/** What became of a change to a client. */
export type ChangeOutcome = ChangedClient | ChangeRefusal;

/** What became of the removal of a client. */
export type RemovalOutcome = { readonly outcome: 'removed' } | ChangeRefusal;

/** What became of the removal of a secret; `last` where the client would be left without one that stays good. */
export type SecretRemoval = 'removed' | 'unknown' | 'last';

type ClientEvent = Extract<AuditEventType, `client.${string}`>;

const NO_SECRET: FieldProblem = {
  field: 'token_endpoint_auth_method',
  reason: 'token_endpoint_auth_method is one without a secret: change it first.',
};

/** What can happen to a client, one thing at a time, inside a unit of work: noted in the audit log, and whatever takes rights away takes the tokens back. */
@Injectable()
export class ClientChanges {
  constructor(
    private readonly clients: ClientStore,
    private readonly secrets: ClientSecrets,
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Adds a client.
   * @param secret the one to have, where it is not to be made up; null for none, since it is put back afterwards
   * @returns null where there is one of that id already
   */
  async add(
    transaction: Transaction,
    added: NewClient,
    secret: string | null | undefined,
    by: EventOrigin,
  ): Promise<ChangedClient | null> {
    const id = await this.clients.add(transaction, added);
    if (id === null) return null;
    const isDue = needsSecret(added.metadata) && secret !== null;
    const given = isDue ? await this.giveSecret(transaction, id, added.metadata, secret) : null;
    await this.note(transaction, 'client.registered', id, by);
    return this.done(transaction, id, given);
  }

  /**
   * Replaces a client's metadata, and gives it a secret where it has come to need one.
   * @param revision the one that the change was made from; null where whatever is there is to be replaced
   */
  async change(
    transaction: Transaction,
    id: string,
    metadata: ClientMetadata,
    revision: number | null,
    by: EventOrigin,
  ): Promise<ChangeOutcome> {
    const refusal = refusalOf(await this.clients.read(id, transaction));
    if (refusal !== null) return refusal;
    if (!(await this.clients.change(transaction, id, metadata, revision ?? undefined))) return { outcome: 'outdated' };
    const changed = await this.clients.read(id, transaction);
    const isShort = needsSecret(metadata) && changed !== null && !this.secrets.suffice(changed);
    const given = isShort ? await this.giveSecret(transaction, id, metadata) : null;
    await this.note(transaction, 'client.changed', id, by);
    return this.done(transaction, id, given);
  }

  /**
   * Gives a client another secret.
   * @param overlap for how many seconds those from before are good beside it
   * @param given the one to have, where it is not to be made up
   */
  async rotateSecret(
    transaction: Transaction,
    id: string,
    overlap: number,
    by: EventOrigin,
    given?: string,
  ): Promise<ChangeOutcome> {
    const client = await this.clients.read(id, transaction);
    if (client === null) return { outcome: 'unknown' };
    if (!needsSecret(client.metadata)) return { outcome: 'refused', problems: [NO_SECRET] };
    const secret = await this.giveSecret(transaction, id, client.metadata, given, overlap);
    await this.note(transaction, 'client.secret-rotated', id, by);
    return this.done(transaction, id, secret);
  }

  /** Sees to it that a client has these secrets and no others, of which only the digests are known; those that it has already stay as they are. */
  async keepSecrets(
    transaction: Transaction,
    id: string,
    secrets: readonly KeptSecret[],
    by: EventOrigin,
  ): Promise<void> {
    const before = (await this.clients.read(id, transaction))?.secrets ?? [];
    for (const known of before) {
      const kept = secrets.find(({ digest }) => digest === known.digest);
      if (kept === undefined) await this.secrets.remove(transaction, id, known.id);
      else if (kept.expires_at !== known.expires_at) {
        await this.secrets.setExpiry(transaction, id, known.id, kept.expires_at);
      }
    }
    const missing = secrets.filter(({ digest }) => !before.some((known) => known.digest === digest));
    for (const secret of missing) await this.secrets.restore(transaction, id, secret);
    await this.clients.touch(transaction, id);
    await this.note(transaction, 'client.secret-rotated', id, by);
  }

  /** Takes a secret away; what it was used for goes on only with one that stays. */
  async removeSecret(transaction: Transaction, id: string, secretId: string, by: EventOrigin): Promise<SecretRemoval> {
    // Of two who take away one each, one has to see that the other has done it.
    await transaction.lock(`secrets of ${id}`);
    const client = await this.clients.read(id, transaction);
    if (client === null) return 'unknown';
    const others = client.secrets.filter((secret) => secret.id !== secretId);
    if (others.length === client.secrets.length) return 'unknown';
    if (needsSecret(client.metadata) && !others.some(({ expires_at }) => expires_at === null)) return 'last';
    await this.secrets.remove(transaction, id, secretId);
    await this.clients.touch(transaction, id);
    await this.note(transaction, 'client.secret-removed', id, by);
    return 'removed';
  }

  /** Keeps a client out, and takes back what it has; or lets it in again. Where it was so already, nothing changes. */
  async setDisabled(
    transaction: Transaction,
    id: string,
    disabled: boolean,
    revision: number | null,
    by: EventOrigin,
  ): Promise<ChangeOutcome> {
    const before = await this.clients.read(id, transaction);
    const refusal = refusalOf(before);
    if (refusal !== null) return refusal;
    if (revision !== null && before?.revision !== revision) return { outcome: 'outdated' };
    if ((before?.disabledAt !== null) === disabled) return this.done(transaction, id, null);
    if (!(await this.clients.disable(transaction, id, disabled, revision ?? undefined))) return { outcome: 'outdated' };
    if (disabled) await this.revoker.revokeClient(transaction, id, 'client disabled');
    await this.note(transaction, disabled ? 'client.disabled' : 'client.enabled', id, by);
    return this.done(transaction, id, null);
  }

  /** Removes a client and all that it has. */
  async remove(
    transaction: Transaction,
    id: string,
    revision: number | null,
    by: EventOrigin,
  ): Promise<RemovalOutcome> {
    const refusal = refusalOf(await this.clients.read(id, transaction));
    if (refusal !== null) return refusal;
    // Before the rows are gone that say what there is to be taken back.
    await this.revoker.revokeClient(transaction, id, 'client removed');
    if (!(await this.clients.remove(transaction, id, revision ?? undefined))) return { outcome: 'outdated' };
    await this.note(transaction, 'client.removed', id, by);
    return { outcome: 'removed' };
  }

  private async giveSecret(
    transaction: Transaction,
    id: string,
    metadata: ClientMetadata,
    given?: string,
    overlap = 0,
  ): Promise<NewSecret> {
    const isKey = metadata.token_endpoint_auth_method === 'client_secret_jwt';
    const secret = await this.secrets.add(transaction, id, isKey, given);
    await this.secrets.expireOthers(transaction, id, secret.id, overlap);
    await this.clients.touch(transaction, id);
    return secret;
  }

  private note(transaction: Transaction, type: ClientEvent, clientId: string, origin: EventOrigin): Promise<void> {
    return this.audit.record(transaction, { type, outcome: 'success', clientId, origin });
  }

  private async done(transaction: Transaction, id: string, secret: NewSecret | null): Promise<ChangedClient> {
    const client = await this.clients.read(id, transaction);
    if (client === null) throw new Error('The client has gone in the unit of work that changed it.');
    return { outcome: 'done', client, secret: secret?.value ?? null, secretId: secret?.id ?? null };
  }
}

/** Why nobody may change this client at all. */
function refusalOf(client: Client | null): ChangeRefusal | null {
  if (client === null) return { outcome: 'unknown' };
  return client.firstParty ? { outcome: 'own' } : null;
}
