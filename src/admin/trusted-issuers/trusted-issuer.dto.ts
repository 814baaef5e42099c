import { Allow } from 'class-validator';
import { ApiProperty } from '../../http/api-property.decorator';
import { TRUSTED_ISSUER_FIELDS } from '../../trusted-issuers/trusted-issuer-fields';
import { REVISION_FIELDS } from '../registration.view';
import { takeFields, takeFixed } from '../request-body';

/** An issuer that is to be trusted. */
export class NewTrustedIssuerDto {
  @ApiProperty({ type: String, description: 'The `iss` of its assertions, to the letter (RFC 7523 §3)' })
  @Allow()
  issuer?: unknown;
}
takeFields(NewTrustedIssuerDto, TRUSTED_ISSUER_FIELDS);

/** A change to what an issuer is trusted with: a merge patch (RFC 7396). */
export class TrustedIssuerChangeDto {}
takeFixed(TrustedIssuerChangeDto, { issuer: 'string', ...REVISION_FIELDS });
takeFields(TrustedIssuerChangeDto, TRUSTED_ISSUER_FIELDS, { nullable: true });
