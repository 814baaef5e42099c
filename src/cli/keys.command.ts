import { SubCommand } from 'nest-commander';
import { CommandGroup } from './command-group';
import { KeysListCommand } from './keys-list.command';
import { KeysRotateCommand } from './keys-rotate.command';

/** What can be done with the signing keys. */
@SubCommand({
  name: 'keys',
  description: 'signing keys',
  allowUnknownOptions: true,
  subCommands: [KeysListCommand, KeysRotateCommand],
})
export class KeysCommand extends CommandGroup {}
