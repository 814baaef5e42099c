import type { EventOrigin } from '../audit/audit-event';
import { assertIfMatch } from '../http/entity-tag';
import { Problem } from '../http/problem';
import type { LeftAsItIs, RegistrationAnswer, Registrations } from '../oauth/client-registration/registrations';
import { invalidBody, withoutFixed } from './request-body';

/** What is special about the things of a kind. */
export interface RegistrationKind<Thing> {
  /** The field that holds their identifier. */
  readonly identifier: string;
  /** Told to whoever registers one of an identifier that is there. */
  readonly taken: string;
  /** What of one nobody changes, by the names of its view. */
  readonly fixedFieldsOf: (thing: Thing) => object;
  /** What is said of one, by the names of its JSON. */
  readonly fieldsOf: (thing: Thing) => object;
}

/** Registrations as administrators work with them: whoever changes one has seen it as it is. */
export abstract class AdministeredRegistrations<Thing extends { readonly revision: number }, Properties> {
  protected constructor(
    private readonly registrations: Registrations<Thing, Properties>,
    private readonly kind: RegistrationKind<Thing>,
  ) {}

  /** All of them. */
  abstract list(): Promise<Thing[]>;

  /** The one of that identifier as it is now, or null. */
  protected abstract find(id: string): Promise<Thing | null>;

  /** @throws {Problem} not_found */
  async read(id: string): Promise<Thing> {
    const thing = await this.find(id);
    if (thing === null) throw new Problem('not_found');
    return thing;
  }

  /** @throws {Problem} validation_failed; conflict where there is one of that identifier already */
  async register(body: object, by: EventOrigin): Promise<Thing> {
    const { identifier } = this.kind;
    const { [identifier]: id, ...input } = body as Readonly<Record<string, unknown>>;
    return this.registered(await this.registrations.register(id, input, by));
  }

  /**
   * Changes one: what is left out stays, and null stands for the value where nobody says (RFC 7396).
   * @throws {Problem} not_found, validation_failed, precondition_required or precondition_failed
   */
  async change(id: string, body: object, ifMatch: string | undefined, by: EventOrigin): Promise<Thing> {
    const thing = await this.read(id);
    assertIfMatch(ifMatch, thing.revision);
    const change = withoutFixed({ ...body }, { ...this.kind.fixedFieldsOf(thing) });
    const merged = { ...this.kind.fieldsOf(thing), ...change };
    return this.registered(await this.registrations.change(id, merged, thing.revision, by));
  }

  /** @throws {Problem} not_found, precondition_required or precondition_failed */
  async remove(id: string, ifMatch: string | undefined, by: EventOrigin): Promise<void> {
    const { revision } = await this.read(id);
    assertIfMatch(ifMatch, revision);
    const removed = await this.registrations.remove(id, revision, by);
    if (removed.outcome !== 'removed') throw problemOf(removed);
  }

  private registered(answer: RegistrationAnswer<Thing>): Thing {
    if (answer.outcome === 'done') return answer.registered;
    if (answer.outcome === 'refused') throw invalidBody(answer.problems);
    if (answer.outcome === 'taken') throw new Problem('conflict', { detail: this.kind.taken });
    throw problemOf(answer);
  }
}

function problemOf({ outcome }: LeftAsItIs): Problem {
  return new Problem(outcome === 'unknown' ? 'not_found' : 'precondition_failed');
}
