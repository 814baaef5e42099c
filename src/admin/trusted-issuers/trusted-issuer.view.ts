import { ApiProperty } from '../../http/api-property.decorator';
import type { TrustedIssuer } from '../../trusted-issuers/trusted-issuer';
import { TRUSTED_ISSUER_FIELDS, trustedIssuerFields } from '../../trusted-issuers/trusted-issuer-fields';
import { RegistrationView, revisionFieldsOf, shown } from '../registration.view';
import { describeFields } from '../request-body';

/** A trusted issuer as administrators see it. */
export class TrustedIssuerView extends RegistrationView {
  @ApiProperty({ example: 'https://directory.example.com', description: 'The `iss` of its assertions (RFC 7523 §3)' })
  issuer!: string;
}
describeFields(TrustedIssuerView, TRUSTED_ISSUER_FIELDS);

/** What of a trusted issuer nobody changes. */
export function fixedFieldsOf(trusted: TrustedIssuer): TrustedIssuerView {
  return { issuer: trusted.issuer, ...revisionFieldsOf(trusted) };
}

/** Shows a trusted issuer. */
export function viewOf(trusted: TrustedIssuer): TrustedIssuerView {
  return shown(fixedFieldsOf(trusted), trustedIssuerFields(trusted));
}
