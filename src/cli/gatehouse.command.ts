import { RootCommand } from 'nest-commander';
import { AdminCommand } from './admin.command';
import { ApplyCommand } from './apply.command';
import { ClientCommand } from './client.command';
import { CommandGroup } from './command-group';
import { ExportCommand } from './export.command';
import { KeysCommand } from './keys.command';
import { RegistrationTokenCommand } from './registration-token.command';
import { UserCommand } from './user.command';

/** All commands; they work on the database of the settings, whether servers run on it or not. */
@RootCommand({
  name: 'npm run cli --',
  description: 'Works on the database of the settings; running servers follow within a second.',
  allowUnknownOptions: true,
  subCommands: [
    UserCommand,
    AdminCommand,
    ClientCommand,
    RegistrationTokenCommand,
    KeysCommand,
    ApplyCommand,
    ExportCommand,
  ],
})
export class GatehouseCommand extends CommandGroup {}
