import type { FormFields } from '../../http/form-fields';
import { CLIENT_ASSERTION_TYPE } from './client-assertion';

/** The fields with which a client says who it is in a form (RFC 6749 §2.3.1, RFC 7521 §4.2), for the API documentation. */
export const CLIENT_FIELDS: FormFields = {
  client_id: { description: 'Who asks; not needed where the `Authorization` header says it.' },
  client_secret: { description: 'Of clients registered for `client_secret_post`.', isSecret: true },
  client_assertion_type: {
    description: `Of clients registered for \`private_key_jwt\` or \`client_secret_jwt\`: \`${CLIENT_ASSERTION_TYPE}\`.`,
  },
  client_assertion: { description: 'The JWT that such a client has signed (RFC 7523 §2.2).' },
};
