import { SubCommand } from 'nest-commander';
import { AdminCreateCommand } from './admin-create.command';
import { CommandGroup } from './command-group';

/** What can be done with administrators beside what can be done with everybody. */
@SubCommand({
  name: 'admin',
  description: 'administrators',
  allowUnknownOptions: true,
  subCommands: [AdminCreateCommand],
})
export class AdminCommand extends CommandGroup {}
