import { Injectable } from '@nestjs/common';
import { MetadataFault, textOf } from '../../clients/metadata-field';
import { Reader } from '../../database/reader';
import { isRoleName, ROLE_NAME_RULE } from '../../users/role-name';
import { RoleStore } from '../../users/role.store';
import type { Role } from '../../users/role.entity';
import { type Change, differences } from './change';
import { type Entry, refuseTwins } from './entries';

interface WantedRole {
  readonly entry: Entry;
  readonly name: string;
  readonly description: string | null;
}

/** What the file makes of the roles. */
export interface RolePlan {
  readonly changes: readonly Change[];
  /** Those that there are afterwards. */
  readonly names: ReadonlySet<string>;
}

const readDescription = textOf(200);

/** The roles of the file: `name`, and what each is for. */
@Injectable()
export class RoleSection {
  constructor(
    private readonly roles: RoleStore,
    private readonly reader: Reader,
  ) {}

  /** What has to be done so that the roles are those of the file. @param prune whether there are no others */
  async plan(entries: readonly Entry[] | null, prune: boolean): Promise<RolePlan> {
    const present = await this.roles.list(this.reader);
    const wanted = (entries ?? []).flatMap(read);
    refuseTwins(wanted, 'name', ({ name }) => name);
    const isNamed = ({ name }: Role) => wanted.some((one) => one.name === name);
    const gone = prune && entries !== null ? present.filter((role) => !isNamed(role)) : [];
    const stay = present.filter((role) => !gone.includes(role));
    return {
      changes: [...wanted.flatMap((one) => this.changeTo(one, present)), ...gone.map((role) => this.removalOf(role))],
      names: new Set([...stay, ...wanted].map(({ name }) => name)),
    };
  }

  /** The roles as the file says them. */
  async export(): Promise<object[]> {
    const described = await this.roles.list(this.reader);
    return described.map(({ name, description }) => ({ name, ...(description === null ? {} : { description }) }));
  }

  private changeTo({ entry: { place }, name, description }: WantedRole, present: readonly Role[]): Change[] {
    const before = present.find((role) => role.name === name);
    const fields = before === undefined ? [] : differences({ description: before.description }, { description });
    if (before !== undefined && fields.length === 0) return [];
    const action = before === undefined ? 'add' : 'change';
    const make: Change['make'] = async (transaction) => {
      await this.roles.describe(transaction, name, description);
      return {};
    };
    return [{ action, kind: 'role', name, fields, place, make }];
  }

  private removalOf({ name }: Role): Change {
    const make: Change['make'] = async (transaction) => {
      await this.roles.forget(transaction, name);
      return {};
    };
    return { action: 'remove', kind: 'role', name, fields: [], place: [], make };
  }
}

function read(entry: Entry): WantedRole[] {
  entry.only('name', 'description');
  const name = entry.get('name');
  if (typeof name !== 'string' || !isRoleName(name)) {
    entry.fault(name === undefined ? 'name is needed.' : ROLE_NAME_RULE, 'name');
    return [];
  }
  const text = entry.text('description');
  try {
    return [{ entry, name, description: text === undefined ? null : readDescription(text) }];
  } catch (error) {
    if (!(error instanceof MetadataFault)) throw error;
    entry.fault(`description ${error.message}.`, 'description');
    return [];
  }
}
