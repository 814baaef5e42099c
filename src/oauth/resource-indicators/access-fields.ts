import type { FormFields } from '../../http/form-fields';

/** The fields with which a client says what it wants access to (RFC 6749 §3.3, RFC 8707 §2), for the API documentation. */
export const ACCESS_FIELDS: FormFields = {
  scope: { description: 'Scopes, separated by spaces.' },
  resource: { description: 'Whom the access token is for (RFC 8707); may stand more than once.' },
};
