import { SubCommand } from 'nest-commander';
import { ClientCreateCommand } from './client-create.command';
import { ClientDeleteCommand } from './client-delete.command';
import { ClientListCommand } from './client-list.command';
import { ClientDisableCommand, ClientEnableCommand } from './client-mark.command';
import { ClientRotateSecretCommand } from './client-rotate-secret.command';
import { ClientShowCommand } from './client-show.command';
import { CommandGroup } from './command-group';

/** What can be done with the applications that ask for tokens. */
@SubCommand({
  name: 'client',
  description: 'applications that ask for tokens',
  allowUnknownOptions: true,
  subCommands: [
    ClientCreateCommand,
    ClientListCommand,
    ClientShowCommand,
    ClientRotateSecretCommand,
    ClientDisableCommand,
    ClientEnableCommand,
    ClientDeleteCommand,
  ],
})
export class ClientCommand extends CommandGroup {}
