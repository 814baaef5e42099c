import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength, ValidateIf } from 'class-validator';

/** A refresh token; it may be left out where it comes by cookie. */
export class RefreshDto {
  @ApiProperty({ required: false, example: 'ghr_…', description: 'May be left out where the token comes by cookie' })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(512)
  refresh_token?: string;
}
