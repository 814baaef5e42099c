import { ApiProperty } from '../../http/api-property.decorator';
import { instantOf } from '../../http/instant';
import type { Note } from './note.entity';

/** A note as its owner sees it. */
export class NoteView {
  @ApiProperty({ example: 'q2d0cX1yTzO4e7h3bWm9Yw' })
  id!: string;

  @ApiProperty({ example: 'Groceries' })
  title!: string;

  @ApiProperty({ example: 'Milk, bread, a lantern' })
  body!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  updatedAt!: string;
}

/** A note as administrators see it. */
export class OwnedNoteView extends NoteView {
  @ApiProperty({ example: 'kX3m9dQ7TzWb2LrYv8cN1A', description: 'Whose it is: the `id` of the person' })
  ownerId!: string;
}

/** Shows a row. */
export function viewOf({ id, title, body, created_at, updated_at }: Note): NoteView {
  return { id, title, body, createdAt: instantOf(created_at), updatedAt: instantOf(updated_at) };
}
