import { ApiProperty } from '../../http/api-property.decorator';
import { instantOf } from '../../http/instant';
import { rolesOf, type User } from '../../users/user.entity';

/** A person as administrators see them. */
export class UserView {
  @ApiProperty({ example: 'uR1dY0m3XvKq7cTzB2hWgA', description: 'The `sub` of their tokens' })
  id!: string;

  @ApiProperty({ example: 'alice' })
  username!: string;

  @ApiProperty({ format: 'email', example: 'alice@example.com' })
  email!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Alice Example' })
  display_name!: string | null;

  @ApiProperty({ type: [String], example: [] })
  roles!: readonly string[];

  @ApiProperty({ example: false, description: 'Kept out by an administrator' })
  disabled!: boolean;

  @ApiProperty({ example: false, description: 'Held back for the safety of their account' })
  locked!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;
}

/** Shows a person. */
export function userViewOf(user: User): UserView {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    display_name: user.display_name,
    roles: rolesOf(user),
    disabled: user.disabled_at !== null,
    locked: user.locked_at !== null,
    created_at: instantOf(user.created_at),
  };
}
