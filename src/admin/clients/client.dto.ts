import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { CLIENT_METADATA } from '../../clients/client-metadata';
import { ApiProperty } from '../../http/api-property.decorator';
import { takeFields, takeFixed } from '../request-body';

/** A client that is to be registered: its metadata (RFC 7591 §2), and what is not to be made up. */
export class NewClientDto {
  @ApiProperty({ description: 'An id to have instead of one that is made up' })
  @IsOptional()
  @IsString()
  client_id?: string;

  @ApiProperty({ description: 'A secret to have instead of one that is made up: 32 visible ASCII characters or more' })
  @IsOptional()
  @IsString()
  client_secret?: string;
}
takeFields(NewClientDto, CLIENT_METADATA);

/** A change to a client's registration: a merge patch (RFC 7396). */
export class ClientChangeDto {}
takeFixed(ClientChangeDto, {
  client_id: 'string',
  client_id_issued_at: 'integer',
  origin: 'string',
  revision: 'integer',
  disabled: 'boolean',
});
takeFields(ClientChangeDto, CLIENT_METADATA, { nullable: true });

/** How a secret is to be changed. */
export class SecretRotationDto {
  @ApiProperty({
    type: 'integer',
    example: 86400,
    default: 0,
    description: 'For how many seconds the secrets from before are good beside the new one',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(31_536_000)
  overlap?: number;
}
