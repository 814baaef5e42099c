import { IsOptional, IsString, Length } from 'class-validator';
import { ApiProperty } from '../../http/api-property.decorator';
import { PageQuery } from '../../http/page';

/** The query of the list of people. */
export class UsersQuery extends PageQuery {
  @ApiProperty({
    minLength: 1,
    maxLength: 254,
    description: 'What the user name or the e-mail address begins with, whatever the case',
  })
  @IsOptional()
  @IsString()
  @Length(1, 254)
  search?: string;
}
