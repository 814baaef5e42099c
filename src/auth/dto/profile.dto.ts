import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength, ValidateIf } from 'class-validator';

/** What a person may change of themselves. */
export class ProfileDto {
  @ApiProperty({ required: false, nullable: true, type: String, example: 'Alice Liddell', maxLength: 100 })
  @ValidateIf((dto: ProfileDto) => dto.displayName !== null && dto.displayName !== undefined)
  @IsString()
  @MaxLength(100)
  displayName?: string | null;

  @ApiProperty({ required: false, example: 'alice@example.org', format: 'email', maxLength: 254 })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(320)
  email?: string;

  /** Needed to change the e-mail address. */
  @ApiProperty({ required: false, format: 'password', description: 'Needed to change the e-mail address' })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  currentPassword?: string;
}
