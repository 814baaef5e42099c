import type { ModuleMetadata, Type } from '@nestjs/common';
import type { Clock } from '../config/clock';
import { StartupError } from '../config/startup-error';
import { isLoopbackHost } from '../outbound/outbound-address';
import { resourceFault } from '../protocol/resource-indicator';
import type { UsedProofs } from '../sender-constraint/used-proofs';

/** How the issuer is asked about tokens (RFC 7662). */
export interface IntrospectionOptions {
  /** A confidential client of the issuer that this resource server may ask with; it authenticates with client_secret_basic. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whether JWTs are asked about as well, so that their revocation counts here; opaque tokens always are. */
  readonly jwtToo?: boolean;
  /** For how long an answer counts, in seconds: so long does a revoked token stay good. 0 to 60; 10 if nothing is said. */
  readonly cacheFor?: number;
}

/** How proofs of possession are checked (RFC 9449). */
export interface ProofOptions {
  /** Whether a proof needs a nonce of this resource server; `optional` if nothing is said. */
  readonly nonce?: 'optional' | 'required';
  /** What nonces are made with, the same on all nodes: at least 32 bytes. Without it each process makes its own. */
  readonly nonceKey?: Buffer;
  /** The memory of used proofs, shared by all nodes; without it each process has one of its own. */
  readonly usedProofs?: UsedProofs | Type<UsedProofs>;
}

/** Whom a resource server trusts, and what it is itself. */
export interface ResourceServerOptions {
  /** The issuer identifier, byte for byte; everything else about it is found by discovery (RFC 8414). */
  readonly issuer: string;
  /** What `aud` has to say of tokens for this resource server: its identifier, a URL (RFC 8707 §2). */
  readonly audience: string;
  /** The address by which clients know it, without a trailing slash; the audience if nothing is said. Proofs are made for it. */
  readonly address?: string;
  /** What people are shown as its name (RFC 9728 §2). */
  readonly name?: string;
  /** How far the issuer's clock may be off, in seconds; 5 if nothing is said. */
  readonly clockTolerance?: number;
  /** For how long keys are used when the issuer cannot be reached, in seconds since they were last read; 3600 if nothing is said. */
  readonly staleKeysFor?: number;
  /** Without it opaque tokens are refused, and a JWT stays good until it expires. */
  readonly introspection?: IntrospectionOptions;
  readonly dpop?: ProofOptions;
  /** Modules whose providers a class given as {@link ProofOptions.usedProofs} needs. */
  readonly imports?: ModuleMetadata['imports'];
  /** Another clock, for tests. */
  readonly clock?: Clock;
}

/** The options with everything that was left open. */
export interface ResourceServerTerms extends ResourceServerOptions {
  readonly address: string;
  readonly clockTolerance: number;
  readonly staleKeysFor: number;
}

/** Injection token of the {@link ResourceServerTerms}. */
export const RESOURCE_SERVER_TERMS = Symbol('ResourceServerTerms');

/** The options of a resource server cannot be meant. */
export class InvalidResourceServer extends StartupError {
  constructor(option: string, fault: string) {
    super(`forResourceServer: ${option} ${fault}.`);
  }
}

/** @throws {InvalidResourceServer} naming the option that cannot be meant */
export function resourceServerTerms(options: ResourceServerOptions): ResourceServerTerms {
  const { issuer, audience, address = audience.replace(/\/$/, ''), clockTolerance = 5, staleKeysFor = 3_600 } = options;
  assertAddress('issuer', issuer);
  const fault = resourceFault(audience);
  if (fault !== null) throw new InvalidResourceServer('audience', `is no resource identifier: ${fault}`);
  assertAddress('address', address);
  assertBetween('clockTolerance', clockTolerance, 0, 60);
  assertBetween('staleKeysFor', staleKeysFor, 0, 86_400);
  const { introspection, dpop } = options;
  if (introspection !== undefined) assertBetween('introspection.cacheFor', introspection.cacheFor ?? 10, 0, 60);
  if (introspection?.clientId === '' || introspection?.clientSecret === '') {
    throw new InvalidResourceServer('introspection', 'needs the id and the secret of a client');
  }
  if (dpop?.nonceKey !== undefined && dpop.nonceKey.length < 32) {
    throw new InvalidResourceServer('dpop.nonceKey', 'must have at least 32 bytes');
  }
  return { ...options, address, clockTolerance, staleKeysFor };
}

/**
 * Whether an address of the issuer may be called: by https, or on this very machine without, which development needs (RFC 8414 §2, RFC 6750 §5.3).
 */
export function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname.replace(/^\[|\]$/g, '')));
}

function assertAddress(option: string, text: string): void {
  if (!isSafeAddress(text)) {
    throw new InvalidResourceServer(option, 'must be an https address, or an http one on a loopback address');
  }
  if (/[?#]|\/$/.test(text)) {
    throw new InvalidResourceServer(option, 'must not have a query, a fragment or a slash at the end');
  }
}

function assertBetween(option: string, value: number, least: number, most: number): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  throw new InvalidResourceServer(option, `must be from ${least} to ${most} seconds`);
}
