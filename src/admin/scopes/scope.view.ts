import { ApiProperty } from '../../http/api-property.decorator';

/** A scope as administrators see it. */
export class ScopeView {
  @ApiProperty({ example: 'notes:read' })
  name!: string;

  @ApiProperty({ example: 'Read your notes', description: 'What people are told of it' })
  description!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'http://localhost:3000',
    description: 'The resource server that it belongs to; null for a scope of the protocol',
  })
  resource!: string | null;

  @ApiProperty({
    type: [String],
    example: [],
    description: 'Only people with one of these roles can have it; empty: everybody can',
  })
  roles!: readonly string[];

  @ApiProperty({
    type: [String],
    example: ['kX3m9dQ7TzWb2LrYv8cN1A'],
    description: 'The clients that may ask for it: the first hundred by id',
  })
  clients!: readonly string[];

  @ApiProperty({ type: 'integer', example: 1, description: 'How many clients may ask for it' })
  client_count!: number;
}
