import { ApiProperty } from '../../http/api-property.decorator';
import { RESOURCE_SERVER_FIELDS, resourceServerFields } from '../../oauth/resource-indicators/resource-server-fields';
import type { ResourceServer } from '../../resource-servers/resource-server';
import { RegistrationView, revisionFieldsOf, shown } from '../registration.view';
import { describeFields } from '../request-body';

/** A resource server as administrators see it. */
export class ResourceServerView extends RegistrationView {
  @ApiProperty({ example: 'https://photos.example.com', description: 'The `aud` of its tokens (RFC 8707 §2)' })
  resource!: string;
}
describeFields(ResourceServerView, RESOURCE_SERVER_FIELDS);

/** What of a resource server nobody changes. */
export function fixedFieldsOf(server: ResourceServer): ResourceServerView {
  return { resource: server.id, ...revisionFieldsOf(server) };
}

/** Shows a resource server. */
export function viewOf(server: ResourceServer): ResourceServerView {
  return shown(fixedFieldsOf(server), resourceServerFields(server));
}
