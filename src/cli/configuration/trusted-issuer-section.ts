import { Injectable } from '@nestjs/common';
import { TrustedIssuerChanges } from '../../oauth/trusted-issuer-registration/trusted-issuer-changes';
import { type Surroundings, TrustedIssuerReader } from '../../oauth/trusted-issuer-registration/trusted-issuer-reader';
import type { TrustedIssuer, TrustedIssuerProperties } from '../../trusted-issuers/trusted-issuer';
import { trustedIssuerFields } from '../../trusted-issuers/trusted-issuer-fields';
import { TrustedIssuerStore } from '../../trusted-issuers/trusted-issuer-store';
import { COMMAND_LINE } from '../command-line-origin';
import { type Change, differences, type Made } from './change';
import { type Entry, refuseTwins } from './entries';
import { SubjectLinkPlanner, type WantedLinks } from './subject-link-planner';
import type { PersonLookup } from './user-section';

interface WantedIssuer {
  readonly entry: Entry;
  readonly issuer: string;
  readonly properties: TrustedIssuerProperties;
  readonly links: WantedLinks;
}

/** What the file says beside what an issuer is trusted with. */
const OWN_FIELDS = ['issuer', 'links'];

const AT_THIS_MOMENT = 'Somebody else has changed this trusted issuer at this moment: try again.';

/** The trusted issuers of the file, in the fields of the API for administrators, each with its links. */
@Injectable()
export class TrustedIssuerSection {
  constructor(
    private readonly issuers: TrustedIssuerStore,
    private readonly reader: TrustedIssuerReader,
    private readonly changes: TrustedIssuerChanges,
    private readonly links: SubjectLinkPlanner,
  ) {}

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
    refuseTwins(wanted, 'issuer', ({ issuer }) => issuer);
    const isNamed = ({ issuer }: TrustedIssuer) => wanted.some((one) => one.issuer === issuer);
    const gone = prune ? present.filter((issuer) => !isNamed(issuer)) : [];
    const links: Change[] = [];
    for (const one of wanted) links.push(...(await this.links.plan(one.issuer, one.links, prune)));
    return [
      ...wanted.flatMap((one) => this.changeTo(one, present)),
      ...links,
      ...gone.map((issuer) => this.removalOf(issuer)),
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
    for (const { field, path, reason } of read.ok ? [] : read.problems) entry.fault(reason, field, ...path);
    const links = await this.links.read(entry, surroundings.findPerson);
    return read.ok ? [{ entry, issuer: read.issuer, properties: read.properties, links }] : [];
  }

  private changeTo(
    { entry: { place }, issuer, properties }: WantedIssuer,
    present: readonly TrustedIssuer[],
  ): Change[] {
    const before = present.find((one) => one.issuer === issuer);
    if (before === undefined) {
      const make: Change['make'] = async (transaction) =>
        madeOf((await this.changes.add(transaction, issuer, properties, COMMAND_LINE)).outcome);
      return [{ action: 'add', kind: 'trusted issuer', name: issuer, fields: [], place, make }];
    }
    const fields = differences({ ...trustedIssuerFields(before) }, { ...trustedIssuerFields(properties) });
    if (fields.length === 0) return [];
    const make: Change['make'] = async (transaction) =>
      madeOf((await this.changes.change(transaction, issuer, properties, before.revision, COMMAND_LINE)).outcome);
    return [{ action: 'change', kind: 'trusted issuer', name: issuer, fields, place, make }];
  }

  private removalOf({ issuer, revision }: TrustedIssuer): Change {
    const make: Change['make'] = async (transaction) =>
      madeOf((await this.changes.remove(transaction, issuer, revision, COMMAND_LINE)).outcome);
    return { action: 'remove', kind: 'trusted issuer', name: issuer, fields: [], place: [], make };
  }
}

function madeOf(outcome: 'done' | 'removed' | 'taken' | 'unknown' | 'outdated'): Made {
  return outcome === 'done' || outcome === 'removed' ? {} : { refusal: AT_THIS_MOMENT };
}
