import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import type { KeyManagementAlgorithm } from '../protocol/encryption-algorithms';
import type { KeyHint } from '../protocol/jwt-header';
import type { DocumentKind, DocumentSource } from '../outbound/document-source';
import { OutboundDocuments } from '../outbound/outbound-documents';
import type { ClientMetadata } from './client-metadata';
import { algorithmsOf, encryptionsOf, keyObjectOf, type PublicJwk, usableKeysOf } from './client-key-set';

/** How long keys that a client publishes are kept, in seconds. */
const FRESHNESS = { least: 300, most: 3_600 };

/** For how long they are used when the client's server fails, in seconds: one that was withdrawn would be good for as long. */
const STALE_FOR = 4 * 3_600;

/** How long after a look at the keys nobody can make us look again by naming one that is not there, in milliseconds (DOS-10). */
const COOLDOWN = 60_000;

/** Whoever has keys to sign with: a client, for one. */
export interface KeyOwner {
  readonly metadata: Pick<ClientMetadata, 'jwks' | 'jwks_uri'>;
}

/** A key to which can be encrypted. */
export interface EncryptingKey {
  readonly kid: string | undefined;
  readonly key: KeyObject;
}

interface ReadyKey {
  readonly jwk: PublicJwk;
  readonly key: KeyObject;
}

const PUBLISHED_KEYS: DocumentKind<readonly ReadyKey[]> = {
  accept: 'application/jwk-set+json, application/json',
  mostBytes: 65_536,
  freshness: FRESHNESS,
  staleFor: STALE_FOR,
  retryAfter: 30,
  host: { atOnce: 4, aMinute: 60 },
  capacity: { documents: 5_000, bytes: 16_777_216 },
  read: ({ body }) => {
    const value = readyKeysOf(jsonOf(body));
    return value === null ? { fault: 'it is no set of keys' } : { value };
  },
};

/** The public keys of clients, registered (`jwks`) or published by the client (`jwks_uri`, RFC 7591 §2). */
@Injectable()
export class ClientKeys {
  private readonly published: DocumentSource<readonly ReadyKey[]>;
  private readonly registered = new WeakMap<object, readonly ReadyKey[]>();

  constructor(
    documents: OutboundDocuments,
    private readonly clock: Clock,
  ) {
    this.published = documents.define(PUBLISHED_KEYS);
  }

  /**
   * The keys with which a client can have signed: those of that id, or all where none is named, that fit the algorithm and are for signatures.
   * Where a client publishes its keys, an id that nobody knows may be that of a new one: they are looked up again, now and then.
   */
  async find({ metadata }: KeyOwner, hint: KeyHint): Promise<readonly KeyObject[]> {
    const { jwks, jwks_uri: address } = metadata;
    if (jwks !== undefined) return fitting(this.readyOnce(jwks), hint);
    if (address === undefined) return [];
    const found = fitting(await this.publishedAt(address), hint);
    if (found.length > 0 || hint.kid === undefined) return found;
    return fitting(await this.publishedAt(address, this.clock.now() - COOLDOWN), hint);
  }

  /**
   * The key to which what is for its owner is encrypted: the first that fits, of those that are for nothing else if there are any.
   * Where it is published, it is looked at once a minute: a key that was put in the place of another cannot say so by an id that nobody knows.
   * @returns null where there is none
   */
  async findForEncryption({ metadata }: KeyOwner, algorithm: KeyManagementAlgorithm): Promise<EncryptingKey | null> {
    const { jwks, jwks_uri: address } = metadata;
    const published = address === undefined ? [] : await this.publishedAt(address, this.clock.now() - COOLDOWN);
    const keys = jwks === undefined ? published : this.readyOnce(jwks);
    const usable = keys.filter(({ jwk }) => encryptionsOf(jwk).includes(algorithm));
    const found = usable.find(({ jwk }) => jwk['use'] === 'enc') ?? usable[0];
    return found === undefined ? null : { kid: found.jwk.kid, key: found.key };
  }

  private async publishedAt(address: string, since?: number): Promise<readonly ReadyKey[]> {
    const sought = await this.published.get(address, since);
    return sought.outcome === 'found' ? sought.value : [];
  }

  /** Keys are made ready once for each copy of a client. */
  private readyOnce(jwks: { readonly keys: readonly PublicJwk[] }): readonly ReadyKey[] {
    const known = this.registered.get(jwks) ?? jwks.keys.map(ready);
    this.registered.set(jwks, known);
    return known;
  }
}

function fitting(keys: readonly ReadyKey[], { alg, kid }: KeyHint): readonly KeyObject[] {
  return keys.filter(({ jwk }) => isFor(jwk, alg) && (kid === undefined || jwk.kid === kid)).map(({ key }) => key);
}

/** RFC 8725 §3.2: a key is for one purpose and its algorithms, whatever somebody signs with it. */
function isFor(jwk: PublicJwk, alg: string): boolean {
  const { use = 'sig', key_ops: operations = ['verify'], alg: own = alg } = jwk;
  const isForSignatures = use === 'sig' && Array.isArray(operations) && operations.includes('verify');
  return isForSignatures && own === alg && algorithmsOf(jwk).includes(alg);
}

function ready(jwk: PublicJwk): ReadyKey {
  return { jwk, key: keyObjectOf(jwk) };
}

function readyKeysOf(value: unknown): readonly ReadyKey[] | null {
  return usableKeysOf(value)?.map(ready) ?? null;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
