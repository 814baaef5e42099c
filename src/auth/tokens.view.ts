import { ApiProperty } from '../http/api-property.decorator';
import type { TokenResponse } from '../tokens/issue-order';

/** The answer to a sign-in or refresh as the documentation shows it. Tokens that travel in cookies are not in it. */
export class TokensView implements Partial<TokenResponse> {
  @ApiProperty({
    required: false,
    example: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjEifQ.eyJzdWIiOiJrWDNtOWRRN1R6V2IyTHJZdjhjTjFBIn0.c2ln',
    description: 'A JWT (RFC 9068), to be sent as `Authorization: Bearer …`',
  })
  access_token?: string;

  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  token_type!: 'Bearer';

  @ApiProperty({ type: 'integer', example: 900, description: 'Seconds' })
  expires_in!: number;

  @ApiProperty({
    required: false,
    example: 'ghr_9pHfrPmvVqS1aZ0mXxTnq4c2oY7uJk3b',
    description: 'For `POST /auth/refresh`, which answers with its successor',
  })
  refresh_token?: string;

  @ApiProperty({ example: 'notes:read notes:write', description: 'Separated by spaces' })
  scope!: string;
}
