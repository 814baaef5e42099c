import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { ApiProperty } from '../http/api-property.decorator';

/** What a person registers with; what makes a good name, address or password is said by the user store. */
export class RegisterDto {
  @ApiProperty({ example: 'alice', maxLength: 64 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  username!: string;

  @ApiProperty({ example: 'alice@example.com', format: 'email', maxLength: 254 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(320)
  email!: string;

  @ApiProperty({ example: 'correct horse battery staple', format: 'password', minLength: 8, maxLength: 256 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  password!: string;

  @ApiProperty({ example: 'Alice Liddell' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  displayName?: string | null;
}
