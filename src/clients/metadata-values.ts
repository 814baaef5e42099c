import { isLoopbackRedirect, redirectUriFault } from '../protocol/redirect-uri';
import { resourceFault } from '../protocol/resource-indicator';
import { RESPONSE_TYPES, type ResponseType, responseTypeOf } from '../protocol/response-type';
import { MetadataFault } from './metadata-field';

/** Reads an address to which people may be sent back. @throws {MetadataFault} */
export function redirectUriOf(value: unknown): string {
  if (typeof value !== 'string') throw new MetadataFault('must be a list of texts');
  const fault = redirectUriFault(value);
  if (fault !== null) throw new MetadataFault(`cannot be registered: ${fault}`);
  return value;
}

/** Reads the identifier of a resource server. @throws {MetadataFault} */
export function audienceOf(value: unknown): string {
  if (typeof value !== 'string') throw new MetadataFault('must be a list of texts');
  const fault = resourceFault(value);
  if (fault !== null) throw new MetadataFault(`names a resource server that cannot be: ${fault}`);
  return value;
}

/**
 * Reads an address that is called when people sign out: https, or on a loopback address for whoever tries something out. Whether this server calls the
 * latter is a setting (OUTBOUND_LOOPBACK).
 * @throws {MetadataFault} where it is no such address
 */
export function logoutUriOf(value: unknown): string {
  const uri = redirectUriOf(value);
  // OpenID Connect Back-Channel Logout §2.2, Front-Channel Logout §2: an absolute URL of a web server.
  if (!uri.startsWith('https:') && !isLoopbackRedirect(uri)) {
    throw new MetadataFault('must begin with https://, or with http:// and a loopback address');
  }
  return uri;
}

/** Reads a response type, whose words may stand in any order (OAuth Multiple Response Types §3). @throws {MetadataFault} */
export function responseTypeNamed(value: unknown): ResponseType {
  const type = typeof value === 'string' ? responseTypeOf(value) : null;
  if (type === null) throw new MetadataFault(`must be one of ${RESPONSE_TYPES.join(', ')}`);
  return type;
}
