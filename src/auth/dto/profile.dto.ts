import { IsNotEmpty, IsObject, IsString, MaxLength, ValidateIf } from 'class-validator';
import { ApiProperty } from '../../http/api-property.decorator';
import { saidClaimsSchema } from '../said-claims-schema';

/** What a person may change of themselves. */
export class ProfileDto {
  @ApiProperty({ example: 'Alice Liddell' })
  @ValidateIf((dto: ProfileDto) => dto.displayName !== null && dto.displayName !== undefined)
  @IsString()
  @MaxLength(100)
  displayName?: string | null;

  @ApiProperty({ example: 'alice@example.org', format: 'email', maxLength: 254 })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(320)
  email?: string;

  /** Standard claims by their names (OpenID Connect Core §5.1); null takes one away, and what is left out stays. */
  @ApiProperty({
    ...saidClaimsSchema({ nullable: true }),
    example: { nickname: 'Al', website: 'https://alice.example.com', gender: null },
    description: 'Standard claims of OpenID Connect by their names; null takes one away, and what is left out stays',
  })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsObject()
  claims?: Record<string, unknown>;

  /** Needed to change the e-mail address. */
  @ApiProperty({
    example: 'correct horse battery staple',
    format: 'password',
    description: 'Needed to change the e-mail address',
  })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  currentPassword?: string;
}
