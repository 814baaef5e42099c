import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/transaction';
import { TrustedIssuerChanges } from '../../oauth/trusted-issuer-registration/trusted-issuer-changes';
import { SubjectLinkStore } from '../../trusted-issuers/subject-link.store';
import type { SubjectLink } from '../../trusted-issuers/subject-link.entity';
import { subjectFault } from '../../trusted-issuers/trusted-issuer-fields';
import { UserStore } from '../../users/user.store';
import { canonicalUsername } from '../../users/username';
import { COMMAND_LINE } from '../command-line-origin';
import { type Change, differences, type Made } from './change';
import { type Entry, refuseTwins } from './entries';
import type { PersonAfter, PersonLookup } from './user-section';

interface WantedLink {
  readonly entry: Entry;
  readonly subject: string;
  readonly person: PersonAfter;
}

/** The links of an issuer as the file has them; null where it does not speak of them. */
export type WantedLinks = readonly WantedLink[] | null;

const WHO = 'Say who that is with sub or preferred_username, and not with both.';
const NOBODY = 'There is nobody of that name: describe them in the section users.';
const AT_THIS_MOMENT = 'Somebody else has said at this moment who this subject is: try again.';

/** Finds out what has to be done so that an issuer means whom the file says. */
@Injectable()
export class SubjectLinkPlanner {
  constructor(
    private readonly links: SubjectLinkStore,
    private readonly users: UserStore,
    private readonly changes: TrustedIssuerChanges,
  ) {}

  /** The links that an entry lists: `subject`, and `sub` or `preferred_username`. What is wrong is noted there. */
  async read(issuer: Entry, find: PersonLookup): Promise<WantedLinks> {
    const entries = issuer.entries('links');
    if (entries === null) return null;
    const wanted: WantedLink[] = [];
    for (const entry of entries) {
      entry.only('subject', 'sub', 'preferred_username');
      const subject = entry.get('subject');
      const fault = subjectFault(subject);
      if (fault !== null) entry.fault(fault, 'subject');
      const person = await personOf(entry, find);
      if (fault === null && person !== null) wanted.push({ entry, subject: subject as string, person });
    }
    refuseTwins(wanted, 'subject', ({ subject }) => subject);
    return wanted;
  }

  /** What makes the links those that are wanted. @param prune whether there are no others */
  async plan(issuer: string, wanted: WantedLinks, prune: boolean): Promise<Change[]> {
    if (wanted === null) return [];
    const present = new Map((await this.links.all(issuer)).map((link) => [link.subject, link]));
    const named = new Set(wanted.map(({ subject }) => subject));
    const gone = prune ? [...present.values()].filter(({ subject }) => !named.has(subject)) : [];
    return [
      ...wanted.flatMap((link) => this.changeTo(issuer, link, present.get(link.subject))),
      ...gone.map((link) => this.removalOf(link)),
    ];
  }

  /** The links of an issuer as the file says them. */
  async export(issuer: string): Promise<object[]> {
    return (await this.links.all(issuer)).map(({ subject, user_id: sub }) => ({ subject, sub }));
  }

  private changeTo(issuer: string, { entry, subject, person }: WantedLink, before: SubjectLink | undefined): Change[] {
    const about = { kind: 'link', name: nameOf(issuer, subject), place: entry.place } as const;
    if (before === undefined) {
      const make: Change['make'] = (transaction) => this.link(transaction, issuer, subject, person);
      return [{ ...about, action: 'add', fields: [], make }];
    }
    const after = person.id === undefined ? { preferred_username: person.username } : { sub: person.id };
    const fields = differences({ sub: before.user_id }, after);
    if (fields.length === 0) return [];
    const make: Change['make'] = async (transaction) => {
      await this.changes.unlink(transaction, issuer, subject, COMMAND_LINE);
      return this.link(transaction, issuer, subject, person);
    };
    return [{ ...about, action: 'change', fields, make }];
  }

  private removalOf({ issuer, subject }: SubjectLink): Change {
    const make: Change['make'] = async (transaction) => {
      await this.changes.unlink(transaction, issuer, subject, COMMAND_LINE);
      return {};
    };
    return { action: 'remove', kind: 'link', name: nameOf(issuer, subject), fields: [], place: [], make };
  }

  /** Whoever the file adds has an id only now. */
  private async link(
    transaction: Transaction,
    issuer: string,
    subject: string,
    { id, username }: PersonAfter,
  ): Promise<Made> {
    const userId = id ?? (await this.users.findByUsername(username, transaction))?.id ?? '';
    const { outcome } = await this.changes.link(transaction, { issuer, subject, userId }, COMMAND_LINE);
    return outcome === 'linked' ? {} : { refusal: AT_THIS_MOMENT };
  }
}

async function personOf(entry: Entry, find: PersonLookup): Promise<PersonAfter | null> {
  const [field, another] = (['sub', 'preferred_username'] as const).filter((name) => entry.get(name) !== undefined);
  if (field === undefined || another !== undefined) {
    entry.fault(WHO);
    return null;
  }
  const name = entry.text(field);
  if (name === undefined) return null;
  const person = await (field === 'sub' ? find({ id: name }) : ofUsername(name, find));
  if (person === null) entry.fault(NOBODY, field);
  return person;
}

async function ofUsername(name: string, find: PersonLookup): Promise<PersonAfter | null> {
  const username = canonicalUsername(name);
  return username.ok ? find({ username: username.canonical }) : null;
}

function nameOf(issuer: string, subject: string): string {
  return `${subject} of ${issuer}`;
}
