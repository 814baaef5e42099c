import { SubCommand } from 'nest-commander';
import { CommandGroup } from './command-group';
import { RegistrationTokenCreateCommand } from './registration-token-create.command';
import { RegistrationTokenListCommand } from './registration-token-list.command';
import { RegistrationTokenRevokeCommand } from './registration-token-revoke.command';

/** What can be done with the tokens by which applications register themselves. */
@SubCommand({
  name: 'registration-token',
  description: 'tokens with which applications register themselves (RFC 7591)',
  allowUnknownOptions: true,
  subCommands: [RegistrationTokenCreateCommand, RegistrationTokenListCommand, RegistrationTokenRevokeCommand],
})
export class RegistrationTokenCommand extends CommandGroup {}
