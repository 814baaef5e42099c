import { RootCommand } from 'nest-commander';
import { AdminCommand } from './admin.command';
import { ClientCommand } from './client.command';
import { CommandGroup } from './command-group';
import { KeysCommand } from './keys.command';
import { UserCommand } from './user.command';

/** All commands; they work on the database of the settings, whether servers run on it or not. */
@RootCommand({
  name: 'npm run cli --',
  description: 'Works on the database of the settings; running servers follow within a second.',
  allowUnknownOptions: true,
  subCommands: [UserCommand, AdminCommand, ClientCommand, KeysCommand],
})
export class GatehouseCommand extends CommandGroup {}
