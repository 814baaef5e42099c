import { Module } from '@nestjs/common';
import { AdminCommand } from './admin.command';
import { AdminCreateCommand } from './admin-create.command';
import { GatehouseCommand } from './gatehouse.command';
import { KeysCommand } from './keys.command';
import { KeysListCommand } from './keys-list.command';
import { KeysRotateCommand } from './keys-rotate.command';
import { Operations } from './operations';
import { PasswordSource } from './password-source';
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
    KeysCommand,
    KeysListCommand,
    KeysRotateCommand,
  ],
})
export class CommandLineModule {}
