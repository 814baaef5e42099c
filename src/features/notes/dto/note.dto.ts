import { ApiProperty, PartialType } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

/** A new note. */
export class NewNoteDto {
  @ApiProperty({ example: 'Groceries', maxLength: 200 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  title!: string;

  @ApiProperty({ example: 'Milk, bread, a lantern', maxLength: 20_000 })
  @IsString()
  @MaxLength(20_000)
  body!: string;
}

/** A change to a note; what is left out stays. */
export class NoteChangeDto extends PartialType(NewNoteDto, { skipNullProperties: false }) {}
