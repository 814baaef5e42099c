import { Allow } from 'class-validator';
import { ApiProperty } from '../../http/api-property.decorator';

/** What is to be said of a subject of an issuer. */
export class NewSubjectLinkDto {
  @ApiProperty({ type: String, description: 'The `sub` of its assertions, to the letter (RFC 7523 §3)' })
  @Allow()
  subject?: unknown;

  @ApiProperty({ type: String, description: 'Who that is here: the `sub` of their tokens' })
  @Allow()
  user_id?: unknown;
}
