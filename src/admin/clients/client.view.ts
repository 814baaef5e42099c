import { type Client, type KnownSecret } from '../../clients/client';
import { CLIENT_METADATA } from '../../clients/client-metadata';
import type { ClientOrigin } from '../../clients/client.entity';
import { ApiProperty } from '../../http/api-property.decorator';
import { instantOf } from '../../http/instant';
import {
  type ClientRepresentation,
  representationOfClient,
} from '../../oauth/client-registration/client-representation';
import { describeFields } from '../request-body';

/** A client as administrators see it: its registration (RFC 7591), and what this server knows besides. */
export class ClientView {
  @ApiProperty({ example: 'kX3m9dQ7TzWb2LrYv8cN1A' })
  client_id!: string;

  @ApiProperty({ type: 'integer', example: 1795513800, description: 'Seconds since 1970 (RFC 7591 §3.2.1)' })
  client_id_issued_at!: number;

  @ApiProperty({
    enum: ['house', 'administrator', 'dynamic', 'document'],
    description: 'Who registered it: this server, an administrator, itself (RFC 7591), or a document at its id',
  })
  origin!: ClientOrigin;

  @ApiProperty({ type: 'integer', example: 1, description: 'Counts the changes; also the `ETag`' })
  revision!: number;

  @ApiProperty({ example: false, description: 'Whether it is given no tokens' })
  disabled!: boolean;
}
describeFields(ClientView, CLIENT_METADATA);

/** A client that has just been registered. */
export class NewClientView extends ClientView {
  @ApiProperty({
    required: false,
    example: 'q1Va-0wWoXtG7eVxUNtyYh9xnR0hpYXKPmRisoxo_DY',
    description: 'Its secret, if it has one; not shown again',
  })
  client_secret?: string;
}

/** A secret, which nobody can see again. */
export class ClientSecretView {
  @ApiProperty({ example: 'b7cPq0Yx2mJd5sVtKe1RwA', description: 'Names the secret; it is not the secret' })
  id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    example: '2026-11-25T09:30:00.000Z',
    description: 'When it ends, if another has taken its place',
  })
  expires_at!: string | null;
}

/** A secret that has just been made. */
export class NewClientSecretView extends ClientSecretView {
  @ApiProperty({ example: 'q1Va-0wWoXtG7eVxUNtyYh9xnR0hpYXKPmRisoxo_DY', description: 'Not shown again' })
  client_secret!: string;
}

/** What nobody changes by a change of the registration. */
export type FixedFields = Pick<ClientView, 'client_id' | 'client_id_issued_at' | 'origin' | 'revision' | 'disabled'>;

/** What of a client's view is not its metadata. */
export function fixedFieldsOf(client: Client): FixedFields {
  const { client_id, client_id_issued_at } = representationOfClient(client);
  const { origin, revision, disabledAt } = client;
  return { client_id, client_id_issued_at, origin, revision, disabled: disabledAt !== null };
}

/** Shows a client. */
export function viewOf(client: Client): ClientView & ClientRepresentation {
  return { ...representationOfClient(client), ...fixedFieldsOf(client) };
}

/** Shows that there is a secret. */
export function secretViewOf({ id, created_at, expires_at }: KnownSecret): ClientSecretView {
  return { id, created_at: instantOf(created_at), expires_at: expires_at === null ? null : instantOf(expires_at) };
}
