import { Allow } from 'class-validator';
import { ApiProperty } from '../../http/api-property.decorator';
import { RESOURCE_SERVER_FIELDS } from '../../oauth/resource-indicators/resource-server-fields';
import { REVISION_FIELDS } from '../registration.view';
import { takeFields, takeFixed } from '../request-body';

/** A resource server that is to be registered. */
export class NewResourceServerDto {
  @ApiProperty({ type: String, format: 'uri', description: 'The `aud` of its tokens: an absolute URI (RFC 8707 §2)' })
  @Allow()
  resource?: unknown;
}
takeFields(NewResourceServerDto, RESOURCE_SERVER_FIELDS);

/** A change to a resource server: a merge patch (RFC 7396). */
export class ResourceServerChangeDto {}
takeFixed(ResourceServerChangeDto, { resource: 'string', ...REVISION_FIELDS });
takeFields(ResourceServerChangeDto, RESOURCE_SERVER_FIELDS, { nullable: true });
