import { UnsecuredJWT } from 'jose';
import type { Parameters } from './certification-suite';

/** What stands beside a request object, too (OpenID Connect Core §6.1). */
const BESIDE: readonly string[] = ['client_id', 'response_type', 'scope', 'redirect_uri'];

/** The request as an object that nobody has signed, as the suite sends it. */
export function unsignedObject(request: Parameters): string {
  return new UnsecuredJWT({ ...request }).encode();
}

/** What stands beside such an object, for {@link CertificationSuite.authorize}: nothing that may be left out. */
export function besideObject(request: Parameters): Parameters {
  const kept = Object.entries(request).filter(([name]) => BESIDE.includes(name));
  return { state: '', nonce: '', ...(Object.fromEntries(kept) as Parameters) };
}
