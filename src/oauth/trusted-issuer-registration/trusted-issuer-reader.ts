import { Inject, Injectable } from '@nestjs/common';
import { ClientStore } from '../../clients/client.store';
import type { FieldProblem } from '../../clients/read-fields';
import { SETTINGS, type Settings } from '../../config/settings';
import type { TrustedIssuerProperties } from '../../trusted-issuers/trusted-issuer';
import { issuerFault, readTrustedIssuer } from '../../trusted-issuers/trusted-issuer-fields';
import type { PropertiesReader, PropertiesReading } from '../client-registration/registrations';
import type { ClientLookup } from '../resource-indicators/resource-server-reader';
import { type Catalog, ScopeCatalog } from '../resource-indicators/scope-catalog';

/** The clients and scopes that count, where they are not those of this moment. */
export interface Surroundings {
  readonly hasClient: ClientLookup;
  readonly catalog: Catalog;
}

/** Reads what somebody says of a trusted issuer, and holds it against the clients and scopes that there are. */
@Injectable()
export class TrustedIssuerReader implements PropertiesReader<TrustedIssuerProperties> {
  constructor(
    private readonly catalog: ScopeCatalog,
    private readonly clients: ClientStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Reads it together with the name that it is to have. */
  async readNew(
    issuer: unknown,
    input: Readonly<Record<string, unknown>>,
    surroundings?: Surroundings,
  ): Promise<PropertiesReading<TrustedIssuerProperties, { readonly id: string }>> {
    const reason = issuerFault(issuer, this.settings.issuer);
    const read = await this.read(input, surroundings);
    if (reason === null) return read.ok ? { ...read, id: issuer as string } : read;
    const problem = { field: 'issuer', reason };
    return { ok: false, problems: [problem, ...(read.ok ? [] : read.problems)] };
  }

  /** Reads what it is trusted with. */
  async read(
    input: Readonly<Record<string, unknown>>,
    surroundings?: Surroundings,
  ): Promise<PropertiesReading<TrustedIssuerProperties>> {
    const read = readTrustedIssuer(input);
    if (!read.ok) return read;
    const { hasClient, catalog } = surroundings ?? (await this.ofThisMoment());
    const problems = [
      ...(await clientProblems(read.properties, hasClient)),
      ...scopeProblems(read.properties, catalog),
    ];
    return problems.length > 0 ? { ok: false, problems } : read;
  }

  private async ofThisMoment(): Promise<Surroundings> {
    const hasClient = async (id: string) => (await this.clients.find(id)) !== null;
    return { hasClient, catalog: await this.catalog.get() };
  }
}

async function clientProblems({ clients }: TrustedIssuerProperties, hasClient: ClientLookup): Promise<FieldProblem[]> {
  const problems: FieldProblem[] = [];
  for (const [index, id] of clients.entries()) {
    if (await hasClient(id)) continue;
    // Whoever came to have that id later would have what was meant for somebody else.
    const reason = 'clients names a client that is not there: register it first.';
    problems.push({ field: 'clients', path: [index], reason });
  }
  return problems;
}

function scopeProblems({ scopes }: TrustedIssuerProperties, catalog: Catalog): FieldProblem[] {
  const unknown = scopes.filter((scope) => !catalog.scopes.some(({ name }) => name === scope));
  if (unknown.length === 0) return [];
  const names = unknown.map((name) => JSON.stringify(name)).join(', ');
  return [{ field: 'scope', reason: `scope names what no resource server knows: ${names}.` }];
}
