import { IsBoolean, IsNotEmpty, IsString, MaxLength, ValidateIf } from 'class-validator';
import { ApiProperty } from '../http/api-property.decorator';

/** What a person signs in with. */
export class LoginDto {
  /** User name or e-mail address. */
  @ApiProperty({ example: 'alice', description: 'User name or e-mail address' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(320)
  username!: string;

  @ApiProperty({ example: 'correct horse battery staple', format: 'password' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  password!: string;

  /** Keep the tokens in cookies instead of the answer; only where TOKEN_COOKIES is on. */
  @ApiProperty({ description: 'Put the tokens into cookies instead of the answer (where TOKEN_COOKIES is on)' })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsBoolean()
  cookies?: boolean;
}
