import type { EventOrigin } from '../../audit/audit-event';
import type { FieldProblem } from '../../clients/read-fields';
import type { Transaction } from '../../database/transaction';
import type { UnitOfWork } from '../../database/unit-of-work';

/** What was said cannot be meant. */
export interface Refused {
  readonly outcome: 'refused';
  readonly problems: readonly FieldProblem[];
}

/** Why something was left as it is: it is not there, or somebody else has changed it meanwhile. */
export type LeftAsItIs = { readonly outcome: 'unknown' } | { readonly outcome: 'outdated' };

/** What became of something that was to be registered or changed. */
export type Registered<Thing> =
  | { readonly outcome: 'done'; readonly registered: Thing }
  /** There is one of that identifier already. */
  | { readonly outcome: 'taken' }
  | LeftAsItIs;

/** What became of something that was to be removed. */
export type Removed = { readonly outcome: 'removed' } | LeftAsItIs;

/** What became of something that was said of a thing. */
export type RegistrationAnswer<Thing> = Registered<Thing> | Refused;

/** What was said of a thing, or all that is wrong with it. */
export type PropertiesReading<Properties, More = unknown> =
  | ({ readonly ok: true; readonly properties: Properties } & More)
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Reads what somebody says of things of a kind, by the names of their JSON. */
export interface PropertiesReader<Properties> {
  /** Reads it together with the identifier that it is to have. */
  readNew(
    id: unknown,
    input: Readonly<Record<string, unknown>>,
  ): Promise<PropertiesReading<Properties, { readonly id: string }>>;

  /** Reads what one that is there is to be. */
  read(input: Readonly<Record<string, unknown>>): Promise<PropertiesReading<Properties>>;
}

/** What can happen to things of a kind, each inside the unit of work of whoever does it. */
export interface RegistrationChanges<Thing, Properties> {
  /** Adds one. */
  add(transaction: Transaction, id: string, properties: Properties, by: EventOrigin): Promise<Registered<Thing>>;

  /** Replaces what one is. @param revision the one that the change was made from */
  change(
    transaction: Transaction,
    id: string,
    properties: Properties,
    revision: number,
    by: EventOrigin,
  ): Promise<Registered<Thing>>;

  /** Removes one. @param revision the one that this was decided upon */
  remove(transaction: Transaction, id: string, revision: number, by: EventOrigin): Promise<Removed>;
}

/** Registers things of a kind, changes and removes them, as they are said to be. */
export abstract class Registrations<Thing, Properties> {
  protected constructor(
    protected readonly unitOfWork: UnitOfWork,
    private readonly reader: PropertiesReader<Properties>,
    private readonly changes: RegistrationChanges<Thing, Properties>,
  ) {}

  /** Registers one. @param input what it is to be, by the names of its JSON */
  async register(
    id: unknown,
    input: Readonly<Record<string, unknown>>,
    by: EventOrigin,
  ): Promise<RegistrationAnswer<Thing>> {
    const read = await this.reader.readNew(id, input);
    if (!read.ok) return { outcome: 'refused', problems: read.problems };
    return this.unitOfWork.run((transaction) => this.changes.add(transaction, read.id, read.properties, by));
  }

  /** Replaces what one is. @param revision the one that the change was made from */
  async change(
    id: string,
    input: Readonly<Record<string, unknown>>,
    revision: number,
    by: EventOrigin,
  ): Promise<RegistrationAnswer<Thing>> {
    const read = await this.reader.read(input);
    if (!read.ok) return { outcome: 'refused', problems: read.problems };
    return this.unitOfWork.run((transaction) => this.changes.change(transaction, id, read.properties, revision, by));
  }

  /** Removes one. @param revision the one that this was decided upon */
  remove(id: string, revision: number, by: EventOrigin): Promise<Removed> {
    return this.unitOfWork.run((transaction) => this.changes.remove(transaction, id, revision, by));
  }
}
