import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { ApiProperty } from '../../http/api-property.decorator';

/** A change of password. */
export class PasswordDto {
  @ApiProperty({ example: 'correct horse battery staple', format: 'password' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  currentPassword!: string;

  @ApiProperty({ example: 'violet harbour 9 lantern', format: 'password', minLength: 8, maxLength: 256 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  newPassword!: string;
}
