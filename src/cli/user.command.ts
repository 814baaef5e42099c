import { SubCommand } from 'nest-commander';
import { CommandGroup } from './command-group';
import { UserCreateCommand } from './user-create.command';
import { DisableCommand, EnableCommand, LockCommand, UnlockCommand } from './user-mark.command';
import { UserPasswordCommand } from './user-password.command';
import { UserRolesCommand } from './user-roles.command';

/** What can be done with people's accounts. */
@SubCommand({
  name: 'user',
  description: "people's accounts",
  allowUnknownOptions: true,
  subCommands: [
    UserCreateCommand,
    UserPasswordCommand,
    DisableCommand,
    EnableCommand,
    LockCommand,
    UnlockCommand,
    UserRolesCommand,
  ],
})
export class UserCommand extends CommandGroup {}
