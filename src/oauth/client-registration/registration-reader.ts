import { Injectable } from '@nestjs/common';
import type { ClientOrigin } from '../../clients/client.entity';
import { ACCEPTABLE_SECRET, isAcceptableSecret } from '../../clients/client-secrets';
import type { MetadataAuthor } from '../../clients/metadata-field';
import { type MetadataOutcome, readClientMetadata } from '../../clients/read-client-metadata';
import type { FieldProblem } from '../../clients/read-fields';
import { SectorDocuments } from '../../clients/sector-documents';
import { type Catalog, ScopeCatalog } from '../resource-indicators/scope-catalog';

/** What somebody says of a client. */
export interface Submission {
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Who says it: an administrator may say more, and is told of slips. */
  readonly author: MetadataAuthor;
  /** What administrators have decided for a client that speaks for itself. */
  readonly decided?: Readonly<Record<string, unknown>> | undefined;
  /** An id to have instead of one that is made up. */
  readonly id?: string | undefined;
  /** A secret to have instead of one that is made up. */
  readonly secret?: string | undefined;
}

const ODD_ID: FieldProblem = {
  field: 'client_id',
  reason: 'client_id must be 1 to 100 letters, digits and - . _ ~, of which the first is a letter or a digit.',
};
const ODD_SECRET: FieldProblem = { field: 'client_secret', reason: `client_secret must be ${ACCEPTABLE_SECRET}.` };

/** How an id that somebody chooses for a client looks; others are made up (RFC 6749 §2.2). An https URL is a document's (never registered). */
const CLIENT_ID = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$/;

/** Reads what somebody says of a client, and holds it against the scopes that there are. */
@Injectable()
export class RegistrationReader {
  constructor(
    private readonly catalog: ScopeCatalog,
    private readonly sectors: SectorDocuments,
  ) {}

  /**
   * The metadata of a client, or all that is wrong with it.
   * @param catalog the scopes that count, where they are not those of this moment
   */
  async read({ metadata, author, decided, id, secret }: Submission, catalog?: Catalog): Promise<MetadataOutcome> {
    const problems: FieldProblem[] = [];
    if (id !== undefined && !CLIENT_ID.test(id)) problems.push(ODD_ID);
    if (secret !== undefined && !isAcceptableSecret(secret)) problems.push(ODD_SECRET);
    const fields = readClientMetadata(metadata, author, decided);
    const read = fields.ok ? withKnownScopes(fields.metadata, author, catalog ?? (await this.catalog.get())) : fields;
    const sector = read.ok ? await this.sectors.fault(read.metadata) : null;
    if (sector !== null) problems.push({ field: 'sector_identifier_uri', reason: sector });
    if (problems.length === 0) return read;
    return { ok: false, problems: [...problems, ...(read.ok ? [] : read.problems)] };
  }
}

/** Who speaks where a client of this origin is changed by itself. */
export function authorOf(origin: ClientOrigin): MetadataAuthor {
  return origin === 'administrator' ? 'administrator' : 'client';
}

type Read = Extract<MetadataOutcome, { ok: true }>['metadata'];

function withKnownScopes(metadata: Read, author: MetadataAuthor, { scopes: all }: Catalog): MetadataOutcome {
  // DCR-05: what is kept for people with a role is nothing that a client gives itself.
  const available = author === 'administrator' ? all : all.filter(({ roles }) => roles === undefined);
  const known = new Set(available.map(({ name }) => name));
  const scopes = metadata.scope.split(' ').filter((scope) => scope !== '');
  const unknown = scopes.filter((scope) => !known.has(scope));
  if (unknown.length === 0) return { ok: true, metadata };
  // RFC 7591 §3.2.1: of what a client asks for, the server registers what it can give, and says so; an administrator has made a slip.
  if (author === 'client') {
    return { ok: true, metadata: { ...metadata, scope: scopes.filter((scope) => known.has(scope)).join(' ') } };
  }
  const names = unknown.map((name) => JSON.stringify(name)).join(', ');
  return { ok: false, problems: [{ field: 'scope', reason: `scope names what no resource server knows: ${names}.` }] };
}
