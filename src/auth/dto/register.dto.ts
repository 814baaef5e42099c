import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';

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

  @ApiProperty({ required: false, nullable: true, type: String, example: 'Alice Liddell', maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  displayName?: string | null;
}
