import { IsNotEmpty, IsString, MaxLength, ValidateIf } from 'class-validator';
import { ApiProperty } from '../../http/api-property.decorator';

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
