import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';

/** A refresh token; it may be left out where it comes by cookie. */
export class RefreshDto {
  @ApiProperty({ required: false, example: 'ghr_…', description: 'May be left out where the token comes by cookie' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(512)
  refresh_token?: string;
}
