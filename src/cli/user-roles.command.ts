import { Option, SubCommand } from 'nest-commander';
import { rolesOf } from '../users/user.entity';
import { CommandFailed } from './failure';
import { COMMAND_LINE } from './command-line-origin';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';
import { WHO, WHO_DESCRIPTION } from './who';

interface RolesOptions extends OutputOptions {
  readonly role?: readonly string[];
  readonly none?: boolean;
}

/** Shows somebody's roles, or gives them others. */
@SubCommand({
  name: 'roles',
  description: 'show the roles of that person, or give them these and no others',
  arguments: WHO,
  argsDescription: WHO_DESCRIPTION,
})
export class UserRolesCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  @Option({ flags: '--role <role>', description: 'a role; give the option once for each' })
  parseRole(value: string, before: readonly string[] = []): string[] {
    return [...before, value];
  }

  @Option({ flags: '--none', description: 'take all roles away' })
  parseNone(): boolean {
    return true;
  }

  async run([who]: [string], { role, none, ...output }: RolesOptions): Promise<void> {
    if (role !== undefined && none === true) throw new CommandFailed('Choose one of --role and --none.', 2);
    const wanted = none === true ? [] : role && [...new Set(role)];
    const { id, username, roles } = await this.operations.onAccount(who, async (user, { accounts }) => {
      if (wanted === undefined) return { ...user, roles: rolesOf(user) };
      if ((await accounts.setRoles(user.id, wanted, COMMAND_LINE)) === 'last-administrator') {
        const advice = 'make another one first, with admin create';
        throw new CommandFailed(`${user.username} is the last administrator: ${advice}.`);
      }
      return { ...user, roles: wanted };
    });
    this.print(output, { id, username, roles }, `${username} has ${describe(roles)}.`);
  }
}

function describe(roles: readonly string[]): string {
  if (roles.length === 0) return 'no roles';
  return `the role${roles.length > 1 ? 's' : ''} ${roles.join(', ')}`;
}
