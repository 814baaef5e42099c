import { Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import type { ClientMetadata } from '../../clients/client-metadata';
import { ClientSecrets } from '../../clients/client-secrets';
import { ClientStore } from '../../clients/client.store';
import { RegistrationReader } from '../../oauth/client-registration/registration-reader';
import type { Catalog } from '../../oauth/resource-indicators/scope-catalog';
import type { Change } from './change';
import { ClientPlanner, type WantedClient } from './client-planner';
import { exportedSecrets, refuseIdleSecrets, secretsOf } from './client-secrets-of-file';
import { type Entry, refuseTwins } from './entries';

/** What the file says beside the metadata. */
const OWN_FIELDS = ['client_id', 'client_secret', 'client_secrets', 'disabled'];

const NEEDED = 'client_id is needed: the file names a client by it, each time that it is applied.';

/** The clients of the file, in the field names of RFC 7591. Those that have registered themselves, and the server's own, are none of its business. */
@Injectable()
export class ClientSection {
  constructor(
    private readonly clients: ClientStore,
    private readonly secrets: ClientSecrets,
    private readonly reader: RegistrationReader,
    private readonly planner: ClientPlanner,
  ) {}

  /** Tells which clients there are once the file is applied. @param prune whether others than those of the file are removed */
  async idsAfter(entries: readonly Entry[] | null, prune: boolean): Promise<ReadonlySet<string>> {
    const named = (entries ?? []).map((entry) => entry.get('client_id')).filter((id) => typeof id === 'string');
    const stay = (await this.present()).filter((client) => !(prune && entries !== null && isAdministered(client)));
    return new Set([...named, ...stay.map(({ id }) => id)]);
  }

  /**
   * What has to be done so that the clients are those of the file.
   * @param prune whether there are no others
   * @param catalog the scopes that there are afterwards
   */
  async plan(entries: readonly Entry[] | null, prune: boolean, catalog: Catalog): Promise<Change[]> {
    const present = await this.present();
    const wanted: WantedClient[] = [];
    for (const entry of entries ?? []) wanted.push(...(await this.read(entry, catalog, present)));
    refuseTwins(wanted, 'client_id', ({ id }) => id);
    const isNamed = ({ id }: Client) => wanted.some((one) => one.id === id);
    const gone =
      prune && entries !== null ? present.filter((client) => isAdministered(client) && !isNamed(client)) : [];
    return [
      ...wanted.flatMap((one) => this.planner.changeTo(one, present.find(({ id }) => id === one.id) ?? null)),
      ...gone.map((client) => this.planner.removalOf(client)),
    ];
  }

  /** The clients as the file says them, their secrets as digests. */
  async export(): Promise<object[]> {
    return (await this.present()).filter(isAdministered).map((client) => ({
      client_id: client.id,
      ...client.metadata,
      ...(client.secrets.length === 0 ? {} : { client_secrets: exportedSecrets(this.secrets.live(client.secrets)) }),
      ...(client.disabledAt === null ? {} : { disabled: true }),
    }));
  }

  /** All of them with their secrets, by their ids: an export is the same wherever it is made. */
  private async present(): Promise<Client[]> {
    const found: Client[] = [];
    for await (const { id } of this.clients.all()) {
      const client = await this.clients.read(id);
      if (client !== null) found.push(client);
    }
    return found.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  private async read(entry: Entry, catalog: Catalog, present: readonly Client[]): Promise<WantedClient[]> {
    const id = entry.get('client_id');
    const rest = Object.fromEntries(Object.entries(entry.fields).filter(([name]) => !OWN_FIELDS.includes(name)));
    const disabled = entry.flag('disabled');
    const secrets = secretsOf(entry);
    if (typeof id !== 'string') {
      entry.fault(id === undefined ? NEEDED : 'client_id must be a text: put it into quotes.', 'client_id');
    }
    const known = present.find((client) => client.id === id);
    if (known !== undefined && !isAdministered(known)) {
      entry.fault('client_id is that of a client that the file cannot speak for: choose another one.', 'client_id');
    }
    const submission = { metadata: rest, author: 'administrator', secret: secrets.plain } as const;
    const read = await this.reader.read({ ...submission, id: typeof id === 'string' ? id : undefined }, catalog);
    if (!read.ok) {
      for (const { field, path = [], reason } of read.problems) entry.fault(reason, field, ...path);
      return [];
    }
    refuseIdleSecrets(entry, read.metadata, secrets);
    this.refuseMereDigests(entry, read.metadata, secrets.digests ?? [], known);
    return typeof id === 'string' ? [{ entry, id, metadata: read.metadata, secrets, disabled }] : [];
  }

  /** RFC 7523 §2.2 with a shared secret: this server has to know the key itself, and a digest is none. */
  private refuseMereDigests(
    entry: Entry,
    { token_endpoint_auth_method: method }: ClientMetadata,
    digests: readonly { readonly digest: string }[],
    known: Client | undefined,
  ): void {
    if (method !== 'client_secret_jwt') return;
    for (const [index, { digest }] of digests.entries()) {
      if (known?.secrets.some((secret) => secret.digest === digest && secret.sealed !== null) === true) continue;
      entry.fault(
        'client_secret_jwt takes a key that this server has to know: give it as client_secret.',
        'client_secrets',
        index,
      );
    }
  }
}

function isAdministered({ origin, firstParty }: Client): boolean {
  return origin === 'administrator' && !firstParty;
}
