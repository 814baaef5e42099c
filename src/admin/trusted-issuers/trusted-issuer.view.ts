import { ApiProperty } from '../../http/api-property.decorator';
import type { TrustedIssuer } from '../../trusted-issuers/trusted-issuer';
import { TRUSTED_ISSUER_FIELDS, trustedIssuerFields } from '../../trusted-issuers/trusted-issuer-fields';
import { describeFields } from '../request-body';

/** A trusted issuer as administrators see it. */
export class TrustedIssuerView {
  @ApiProperty({ example: 'https://directory.example.com', description: 'The `iss` of its assertions (RFC 7523 §3)' })
  issuer!: string;

  @ApiProperty({ type: 'integer', example: 1, description: 'Counts the changes; also the `ETag`' })
  revision!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  updated_at!: string;
}
describeFields(TrustedIssuerView, TRUSTED_ISSUER_FIELDS);

/** What of a trusted issuer nobody changes. */
export function fixedFieldsOf({ issuer, revision, createdAt, updatedAt }: TrustedIssuer): TrustedIssuerView {
  return { issuer, revision, created_at: instantOf(createdAt), updated_at: instantOf(updatedAt) };
}

/** Shows a trusted issuer; what has no value is left out. */
export function viewOf(issuer: TrustedIssuer): TrustedIssuerView {
  const fields = Object.entries(trustedIssuerFields(issuer)).filter(([, value]) => value !== null);
  return { ...fixedFieldsOf(issuer), ...Object.fromEntries(fields) };
}

/** RFC 3339, UTC. */
function instantOf(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}
