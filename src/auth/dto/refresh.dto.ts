import { IsNotEmpty, IsString, MaxLength, ValidateIf } from 'class-validator';
import { ApiProperty } from '../../http/api-property.decorator';

/** A refresh token; it may be left out where it comes by cookie. */
export class RefreshDto {
  @ApiProperty({
    example: 'ghr_9pHfrPmvVqS1aZ0mXxTnq4c2oY7uJk3b',
    description: 'May be left out where the token comes by cookie',
  })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(8_192)
  refresh_token?: string;
}
