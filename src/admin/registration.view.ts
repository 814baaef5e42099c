import { ApiProperty } from '../http/api-property.decorator';
import { instantOf } from '../http/instant';

/** What administrators see of each thing that counts its changes. */
export class RegistrationView {
  @ApiProperty({ type: 'integer', example: 1, description: 'Counts the changes; also the `ETag`' })
  revision!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  updated_at!: string;
}

/** The types of those fields, for bodies in which they are sent back. */
export const REVISION_FIELDS = { revision: 'integer', created_at: 'string', updated_at: 'string' } as const;

/** What the documentation shows of them. */
export const A_REVISION = {
  revision: 1,
  created_at: '2026-11-24T09:30:00.000Z',
  updated_at: '2026-11-24T09:30:00.000Z',
};

/** Those fields of a thing. */
export function revisionFieldsOf({
  revision,
  createdAt,
  updatedAt,
}: {
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}): RegistrationView {
  return { revision, created_at: instantOf(createdAt), updated_at: instantOf(updatedAt) };
}

/** Puts a view together of what nobody changes and of what can be said; what has no value is left out. */
export function shown<Fixed>(fixed: Fixed, fields: Readonly<Record<string, unknown>>): Fixed {
  return { ...fixed, ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) };
}
