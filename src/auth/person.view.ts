import { ApiProperty } from '../http/api-property.decorator';
import type { CurrentPerson } from './current-person';
import type { Profile } from './profiles';
import { saidClaimsSchema } from './said-claims-schema';

/** A person as the documentation shows them. */
export class PersonView implements CurrentPerson {
  @ApiProperty({ example: 'kX3m9dQ7TzWb2LrYv8cN1A', description: 'Never given to anybody else' })
  id!: string;

  @ApiProperty({ example: 'alice' })
  username!: string;

  @ApiProperty({ example: 'alice@example.com', format: 'email' })
  email!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Alice Liddell' })
  displayName!: string | null;

  @ApiProperty({ type: [String], example: [] })
  roles!: string[];
}

/** A person and what is known of them, as the documentation shows them. */
export class ProfileView extends PersonView implements Profile {
  @ApiProperty({ example: true, description: 'Whether the e-mail address was found to be theirs' })
  emailVerified!: boolean;

  @ApiProperty({ example: false, description: 'Whether the telephone number was found to be theirs' })
  phoneNumberVerified!: boolean;

  @ApiProperty({
    ...saidClaimsSchema({ nullable: false }),
    example: { nickname: 'Al', website: 'https://alice.example.com' },
    description: 'What they say of themselves, by the names of the standard claims of OpenID Connect',
  })
  claims!: Profile['claims'];
}
