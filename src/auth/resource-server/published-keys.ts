import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { algorithmsOf, keyObjectOf, usableKeysOf } from '../../clients/client-key-set';
import { Clock } from '../../config/clock';
import type { VerificationKey, VerificationKeys } from '../../keys/verification-keys';
import { type DocumentKind, type DocumentReading, DocumentSource } from '../../outbound/document-source';
import { TemporarilyUnavailable } from '../../protocol/errors';
import { RESOURCE_SERVER_TERMS, type ResourceServerTerms } from '../resource-server-options';
import { IssuerRequests } from './issuer-requests';
import { jsonOf } from './json-of';
import { IssuerDiscovery } from './issuer-discovery';

/** How long after a look at the keys nobody can make us look again by naming one that is not there, in milliseconds (DOS-10). */
const COOLDOWN = 30_000;

/** How long the keys are kept whatever the issuer says, in seconds: so long does one that it withdraws stay good. */
const FRESHNESS = { least: 60, most: 900 };

type KeySet = ReadonlyMap<string, VerificationKey>;

/** The keys that the issuer publishes (RFC 7517 §5), kept here; with those that were last seen this server goes on for a while when it is away. */
@Injectable()
export class PublishedKeys implements VerificationKeys, OnApplicationBootstrap {
  private readonly source: DocumentSource<KeySet>;

  constructor(
    private readonly issuer: IssuerDiscovery,
    private readonly clock: Clock,
    requests: IssuerRequests,
    @Inject(RESOURCE_SERVER_TERMS) { staleKeysFor }: ResourceServerTerms,
  ) {
    this.source = new DocumentSource(keySets(staleKeysFor), requests, clock);
  }

  /** Reads the keys, so that the first request need not wait; an issuer that is away does not keep this server from starting. */
  async onApplicationBootstrap(): Promise<void> {
    try {
      const { jwksUri } = await this.issuer.metadata();
      await this.source.get(jwksUri);
    } catch (error) {
      if (!(error instanceof TemporarilyUnavailable)) throw error;
      new Logger('ResourceServer').warn(
        'The issuer cannot be reached; requests with tokens are answered with 503 until it can.',
      );
    }
  }

  verificationKey(kid: string): VerificationKey | undefined {
    const metadata = this.issuer.peek();
    const sought = metadata === undefined ? undefined : this.source.peek(metadata.jwksUri);
    return sought?.outcome === 'found' ? sought.value.get(kid) : undefined;
  }

  async seek(kid: string): Promise<VerificationKey | undefined> {
    const { jwksUri } = await this.issuer.metadata();
    const known = await this.source.get(jwksUri);
    const key = known.outcome === 'found' ? known.value.get(kid) : undefined;
    if (key !== undefined) return key;
    const since = this.clock.now() - COOLDOWN;
    const sought = await this.source.get(jwksUri, since);
    // What was read before the cooldown may lack a new key: that it is none of the issuer's cannot be said then.
    if (sought.outcome === 'failed' || sought.checkedAt <= since) {
      throw new TemporarilyUnavailable('the keys of the issuer cannot be had');
    }
    return sought.value.get(kid);
  }
}

function keySets(staleFor: number): DocumentKind<KeySet> {
  return {
    accept: 'application/jwk-set+json, application/json',
    mostBytes: 65_536,
    freshness: FRESHNESS,
    staleFor,
    retryAfter: 5,
    host: { atOnce: 4, aMinute: 60 },
    capacity: { documents: 4, bytes: 1_048_576 },
    read: ({ body }) => keySetOf(jsonOf(body)),
  };
}

/** RFC 8725 §3.2: a key is for its algorithm and for signatures, whatever somebody signs with it. */
function keySetOf(document: unknown): DocumentReading<KeySet> {
  const keys = usableKeysOf(document)?.filter(({ use = 'sig' }) => use === 'sig');
  if (keys === undefined) return { fault: 'it is no JWK set' };
  const value = new Map(
    keys.flatMap((jwk) => {
      const [alg] = typeof jwk['alg'] === 'string' ? [jwk['alg']] : algorithmsOf(jwk);
      const { kid } = jwk;
      return kid === undefined || alg === undefined ? [] : [[kid, { kid, alg, publicKey: keyObjectOf(jwk) }]];
    }),
  );
  return { value };
}
