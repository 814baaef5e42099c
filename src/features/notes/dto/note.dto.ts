import { IsString, Matches, MaxLength } from 'class-validator';
import { ApiProperty } from '../../../http/api-property.decorator';
import { PartialType } from '../../../http/partial-type';

/** A new note. */
export class NewNoteDto {
  @ApiProperty({ example: 'Groceries' })
  @IsString()
  @Matches(/\S/, { message: 'title must not be blank' })
  @MaxLength(200)
  title!: string;

  @ApiProperty({ example: 'Milk, bread, a lantern' })
  @IsString()
  @MaxLength(20_000)
  body!: string;
}

/** A change to a note; what is left out stays. */
export class NoteChangeDto extends PartialType(NewNoteDto) {}
