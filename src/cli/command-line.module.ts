import { type DynamicModule, Module } from '@nestjs/common';
import { AdminCommand } from './admin.command';
import { AdminCreateCommand } from './admin-create.command';
import { ApplyCommand } from './apply.command';
import { ClientCommand } from './client.command';
import { ClientCreateCommand } from './client-create.command';
import { ClientDeleteCommand } from './client-delete.command';
import { ClientListCommand } from './client-list.command';
import { ClientDisableCommand, ClientEnableCommand } from './client-mark.command';
import { ClientRotateSecretCommand } from './client-rotate-secret.command';
import { ClientShowCommand } from './client-show.command';
import { ExportCommand } from './export.command';
import { GatehouseCommand } from './gatehouse.command';
import { KeysCommand } from './keys.command';
import { KeysListCommand } from './keys-list.command';
import { KeysRotateCommand } from './keys-rotate.command';
import { API_OF, type ApiOf, Operations } from './operations';
import { PasswordSource } from './password-source';
import { RegistrationTokenCommand } from './registration-token.command';
import { RegistrationTokenCreateCommand } from './registration-token-create.command';
import { RegistrationTokenListCommand } from './registration-token-list.command';
import { RegistrationTokenRevokeCommand } from './registration-token-revoke.command';
import { UserCommand } from './user.command';
import { UserCreateCommand } from './user-create.command';
import { DisableCommand, EnableCommand, LockCommand, UnlockCommand } from './user-mark.command';
import { UserPasswordCommand } from './user-password.command';
import { UserRolesCommand } from './user-roles.command';

/** The commands. */
@Module({
  providers: [
    Operations,
    PasswordSource,
    GatehouseCommand,
    UserCommand,
    UserCreateCommand,
    UserPasswordCommand,
    DisableCommand,
    EnableCommand,
    LockCommand,
    UnlockCommand,
    UserRolesCommand,
    AdminCommand,
    AdminCreateCommand,
    ApplyCommand,
    ExportCommand,
    ClientCommand,
    ClientCreateCommand,
    ClientListCommand,
    ClientShowCommand,
    ClientRotateSecretCommand,
    ClientDisableCommand,
    ClientEnableCommand,
    ClientDeleteCommand,
    KeysCommand,
    KeysListCommand,
    KeysRotateCommand,
    RegistrationTokenCommand,
    RegistrationTokenCreateCommand,
    RegistrationTokenListCommand,
    RegistrationTokenRevokeCommand,
  ],
})
export class CommandLineModule {
  /** @param apiOf what the servers have that the commands work beside */
  static forRoot(apiOf: ApiOf): DynamicModule {
    return { module: CommandLineModule, providers: [{ provide: API_OF, useValue: apiOf }] };
  }
}
