import { A_REVISION } from '../registration.view';

/** A registration as the documentation shows it. */
export const A_REGISTRATION = {
  issuer: 'https://directory.example.com',
  name: 'Staff directory',
  jwks_uri: 'https://directory.example.com/keys',
  clients: ['payroll'],
  scope: 'notes:read',
};

/** A trusted issuer as the documentation shows it. */
export const A_TRUSTED_ISSUER = {
  ...A_REGISTRATION,
  ...A_REVISION,
  algorithms: ['ES256'],
  assertion_lifetime: 300,
  software_statements: false,
};

/** A list of trusted issuers as the documentation shows it. */
export const A_TRUSTED_ISSUER_PAGE = { items: [A_TRUSTED_ISSUER], nextCursor: null };
