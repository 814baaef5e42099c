import type { PublicKeySet } from '../clients/client-key-set';
import type { TrustedIssuerRow } from './trusted-issuer.entity';

/** Where the keys of an issuer are: one of the two. */
export interface IssuerKeys {
  readonly jwks?: PublicKeySet;
  readonly jwks_uri?: string;
}

/** What an issuer is trusted with. By default it is with nothing: no client, no scope, no program. */
export interface TrustedIssuerProperties {
  readonly name: string;
  readonly keys: IssuerKeys;
  /** The algorithms that it may sign with; each has a key pair. */
  readonly algorithms: readonly string[];
  /** The ids of the clients that may present its assertions. */
  readonly clients: readonly string[];
  /** The scopes that tokens may have for which it vouches. */
  readonly scopes: readonly string[];
  /** How far ahead an assertion may expire, in seconds. */
  readonly assertionLifetime: number;
  /** Whether its software statements count. */
  readonly softwareStatements: boolean;
}

/** Somebody else's server that is trusted to say for whom a client may have tokens, or what a program is. */
export interface TrustedIssuer extends TrustedIssuerProperties {
  readonly issuer: string;
  readonly revision: number;
  /** All instants are epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A trusted issuer as the rest of the house knows it. */
export function trustedIssuerOf(row: TrustedIssuerRow): TrustedIssuer {
  return {
    ...(JSON.parse(row.properties) as TrustedIssuerProperties),
    issuer: row.issuer,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
