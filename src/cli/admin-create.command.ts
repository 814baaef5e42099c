import { SubCommand } from 'nest-commander';
import { ADMIN_ROLE } from '../users/user.entity';
import { Operations } from './operations';
import { PasswordSource } from './password-source';
import { UserCreateCommand } from './user-create.command';

/** Makes an administrator's account. */
@SubCommand({ name: 'create', description: "make an administrator's account" })
export class AdminCreateCommand extends UserCreateCommand {
  protected override readonly rolesAnyway = [ADMIN_ROLE];

  constructor(operations: Operations, passwords: PasswordSource) {
    super(operations, passwords);
  }
}
