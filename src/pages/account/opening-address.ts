/**
 * Where a person is sent to be signed in to an application from here (OpenID Connect Core §4): it learns which server sends them, and nothing about
 * them.
 */
export function openingAddress(initiateLoginUri: string, issuer: string): string {
  const address = new URL(initiateLoginUri);
  address.searchParams.set('iss', issuer);
  return address.href;
}
