import { Injectable } from '@nestjs/common';
import { TrustedIssuerChanges } from '../../oauth/trusted-issuer-registration/trusted-issuer-changes';
import { type Surroundings, TrustedIssuerReader } from '../../oauth/trusted-issuer-registration/trusted-issuer-reader';
import type { TrustedIssuer, TrustedIssuerProperties } from '../../trusted-issuers/trusted-issuer';
import { trustedIssuerFields } from '../../trusted-issuers/trusted-issuer-fields';
import { TrustedIssuerStore } from '../../trusted-issuers/trusted-issuer.store';
import type { Change } from './change';
import { type Entry, refuseTwins } from './entries';
import { type PlannedRegistrations, registrationChanges, type WantedRegistration } from './registration-changes';
import { SubjectLinkPlanner, type WantedLinks } from './subject-link-planner';
import type { PersonLookup } from './user-section';

interface WantedIssuer extends WantedRegistration<TrustedIssuerProperties> {
  readonly links: WantedLinks;
}

/** What the file says beside what an issuer is trusted with. */
const OWN_FIELDS = ['issuer', 'links'];

/** The trusted issuers of the file, in the fields of the API for administrators, each with its links. */
@Injectable()
export class TrustedIssuerSection {
  private readonly changes: PlannedRegistrations<TrustedIssuer, TrustedIssuerProperties>;

  constructor(
    private readonly issuers: TrustedIssuerStore,
    private readonly reader: TrustedIssuerReader,
    private readonly links: SubjectLinkPlanner,
    changes: TrustedIssuerChanges,
  ) {
    this.changes = registrationChanges('trusted issuer', trustedIssuerFields, changes);
  }

  /**
   * What has to be done so that the trusted issuers are those of the file, and mean whom it says.
   * @param prune whether there are no others
   * @param surroundings the clients, scopes and people that there are afterwards
   */
  async plan(
    entries: readonly Entry[] | null,
    prune: boolean,
    surroundings: Surroundings & { readonly findPerson: PersonLookup },
  ): Promise<Change[]> {
    if (entries === null) return [];
    const present = await this.issuers.list();
    const wanted: WantedIssuer[] = [];
    for (const entry of entries) wanted.push(...(await this.read(entry, surroundings)));
    refuseTwins(wanted, 'issuer', ({ id }) => id);
    const isNamed = ({ issuer }: TrustedIssuer) => wanted.some(({ id }) => id === issuer);
    const gone = prune ? present.filter((issuer) => !isNamed(issuer)) : [];
    const links: Change[] = [];
    for (const one of wanted) links.push(...(await this.links.plan(one.id, one.links, prune)));
    return [
      ...wanted.flatMap((one) =>
        this.changes.to(
          one,
          present.find(({ issuer }) => issuer === one.id),
        ),
      ),
      ...links,
      ...gone.map(({ issuer, revision }) => this.changes.removalOf(issuer, revision)),
    ];
  }

  /** The trusted issuers as the file says them. */
  async export(): Promise<object[]> {
    const exported: object[] = [];
    for (const trusted of await this.issuers.list()) {
      const fields = Object.entries(trustedIssuerFields(trusted)).filter(([, value]) => value !== null);
      const links = await this.links.export(trusted.issuer);
      exported.push({ issuer: trusted.issuer, ...Object.fromEntries(fields), links });
    }
    return exported;
  }

  private async read(
    entry: Entry,
    surroundings: Surroundings & { readonly findPerson: PersonLookup },
  ): Promise<WantedIssuer[]> {
    const fields = Object.entries(entry.fields).filter(([name]) => !OWN_FIELDS.includes(name));
    const read = await this.reader.readNew(entry.get('issuer'), Object.fromEntries(fields), surroundings);
    for (const { field, path, reason } of read.ok ? [] : read.problems) entry.fault(reason, field, ...(path ?? []));
    const links = await this.links.read(entry, surroundings.findPerson);
    return read.ok ? [{ entry, id: read.id, properties: read.properties, links }] : [];
  }
}
