import { ApiProperty } from '../http/api-property.decorator';
import type { CurrentPerson } from './current-person';

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
