import { redirectUriFault } from '../protocol/redirect-uri';
import { resourceFault } from '../protocol/resource-indicator';
import { MetadataFault } from './metadata-field';

/** Reads an address to which people may be sent back. */
export function redirectUriOf(value: unknown): string {
  if (typeof value !== 'string') throw new MetadataFault('must be a list of texts');
  const fault = redirectUriFault(value);
  if (fault !== null) throw new MetadataFault(`cannot be registered: ${fault}`);
  return value;
}

/** Reads the identifier of a resource server. */
export function audienceOf(value: unknown): string {
  if (typeof value !== 'string') throw new MetadataFault('must be a list of texts');
  const fault = resourceFault(value);
  if (fault !== null) throw new MetadataFault(`names a resource server that cannot be: ${fault}`);
  return value;
}
