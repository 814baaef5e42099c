import { ApiProperty } from '../../http/api-property.decorator';
import { instantOf } from '../../http/instant';
import type { SubjectLink } from '../../trusted-issuers/subject-link.entity';

/** Who a subject of an issuer is. */
export class SubjectLinkView {
  @ApiProperty({ example: 'a-17', description: 'The `sub` of its assertions' })
  subject!: string;

  @ApiProperty({ example: 'uR1dY0m3XvKq7cTzB2hWgA', description: 'Who that is here: the `sub` of their tokens' })
  user_id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;
}

/** Shows a link. */
export function linkViewOf({ subject, user_id, created_at }: SubjectLink): SubjectLinkView {
  return { subject, user_id, created_at: instantOf(created_at) };
}
