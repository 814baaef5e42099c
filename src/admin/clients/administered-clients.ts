import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../../audit/audit-event';
import type { Client } from '../../clients/client';
import { ClientStore } from '../../clients/client.store';
import { assertIfMatch } from '../../http/entity-tag';
import type { PageRequest } from '../../http/page';
import { Problem } from '../../http/problem';
import type { ChangedClient, ChangeOutcome, ChangeRefusal } from '../../oauth/client-registration/client-changes';
import { ClientRegistrations } from '../../oauth/client-registration/client-registrations';
import { invalidBody, withoutFixed } from '../request-body';
import type { ClientChangeDto, NewClientDto } from './client.dto';
import { fixedFieldsOf } from './client.view';

const OWN = "This is the server's own client, which stays as it is.";
const OF_DOCUMENT =
  'This client is what the document at its address says: it cannot be changed here, only disabled or deleted.';

/** The clients as administrators work with them: whoever changes one has seen it as it is. */
@Injectable()
export class AdministeredClients {
  constructor(
    private readonly clients: ClientStore,
    private readonly registrations: ClientRegistrations,
  ) {}

  /** A page of them, newest first, with one more than the limit. */
  list({ limit, after }: PageRequest): Promise<Client[]> {
    return this.clients.list(limit, after);
  }

  /** @throws {Problem} not_found */
  async read(id: string): Promise<Client> {
    const client = await this.clients.read(id);
    if (client === null) throw new Problem('not_found');
    return client;
  }

  /** @throws {Problem} validation_failed; conflict where there is a client of that id already */
  async register(
    { client_id: id, client_secret: secret, ...metadata }: NewClientDto,
    by: EventOrigin,
  ): Promise<ChangedClient> {
    const made = await this.registrations.register({ metadata, origin: 'administrator', id, secret }, by);
    if (made.outcome === 'done') return made;
    if (made.outcome === 'refused') throw problemOf(made);
    throw new Problem('conflict', { detail: 'There is a client with this client_id already.' });
  }

  /**
   * Changes the registration of a client: what is left out stays, and null stands for the value where nobody says (RFC 7396).
   * @throws {Problem} not_found, forbidden, conflict, validation_failed, precondition_required or precondition_failed
   */
  async change(
    id: string,
    body: ClientChangeDto,
    ifMatch: string | undefined,
    by: EventOrigin,
  ): Promise<ChangedClient> {
    const client = await this.read(id);
    assertIfMatch(ifMatch, client.revision);
    if (client.origin === 'document') throw new Problem('conflict', { detail: OF_DOCUMENT });
    const change = withoutFixed({ ...body }, { ...fixedFieldsOf(client) });
    const { response_types, ...metadata } = client.metadata;
    // RFC 7591 §2.1: response types follow from the grants; those from before do not count where the grants change.
    const before = Object.hasOwn(change, 'grant_types') ? metadata : { ...metadata, response_types };
    const merged = { ...before, ...change };
    return done(await this.registrations.change(id, merged, client.revision, by, 'administrator'));
  }

  /** @throws {Problem} not_found, forbidden, precondition_required or precondition_failed */
  async setDisabled(
    id: string,
    disabled: boolean,
    ifMatch: string | undefined,
    by: EventOrigin,
  ): Promise<ChangedClient> {
    const { revision } = await this.read(id);
    assertIfMatch(ifMatch, revision);
    return done(await this.registrations.setDisabled(id, disabled, by, revision));
  }

  /** @throws {Problem} not_found, forbidden, precondition_required or precondition_failed */
  async remove(id: string, ifMatch: string | undefined, by: EventOrigin): Promise<void> {
    const { revision } = await this.read(id);
    assertIfMatch(ifMatch, revision);
    const outcome = await this.registrations.remove(id, by, revision);
    if (outcome.outcome !== 'removed') throw problemOf(outcome);
  }
}

/** @throws {Problem} what the refusal stands for */
export function done(outcome: ChangeOutcome): ChangedClient {
  if (outcome.outcome === 'done') return outcome;
  throw problemOf(outcome);
}

function problemOf(refusal: ChangeRefusal): Problem {
  switch (refusal.outcome) {
    case 'refused':
      return invalidBody(refusal.problems);
    case 'unknown':
      return new Problem('not_found');
    case 'own':
      return new Problem('forbidden', { detail: OWN });
    case 'outdated':
      return new Problem('precondition_failed');
  }
}
