import { ApiProperty } from '../../http/api-property.decorator';
import { RESOURCE_SERVER_FIELDS, resourceServerFields } from '../../oauth/resource-indicators/resource-server-fields';
import type { ResourceServer } from '../../resource-servers/resource-server';
import { describeFields } from '../request-body';

/** A resource server as administrators see it. */
export class ResourceServerView {
  @ApiProperty({ example: 'https://photos.example.com', description: 'The `aud` of its tokens (RFC 8707 §2)' })
  resource!: string;

  @ApiProperty({ type: 'integer', example: 1, description: 'Counts the changes; also the `ETag`' })
  revision!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  updated_at!: string;
}
describeFields(ResourceServerView, RESOURCE_SERVER_FIELDS);

/** What of a resource server nobody changes. */
export function fixedFieldsOf({ id, revision, createdAt, updatedAt }: ResourceServer): ResourceServerView {
  return { resource: id, revision, created_at: instantOf(createdAt), updated_at: instantOf(updatedAt) };
}

/** Shows a resource server; what has no value is left out. */
export function viewOf(server: ResourceServer): ResourceServerView {
  const fields = Object.entries(resourceServerFields(server)).filter(([, value]) => value !== null);
  return { ...fixedFieldsOf(server), ...Object.fromEntries(fields) };
}

/** RFC 3339, UTC. */
function instantOf(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}
