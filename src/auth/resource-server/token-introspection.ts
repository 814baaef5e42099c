import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../config/clock';
import { BoundedQueue, QueueFull } from '../../crypto/bounded-queue';
import { sha256 } from '../../crypto/digest';
import { InvalidToken, TemporarilyUnavailable } from '../../protocol/errors';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import { AccessTokenVerifier } from '../../tokens/access-token-verifier';
import { type IntrospectionOptions, RESOURCE_SERVER_TERMS, type ResourceServerTerms } from '../resource-server-options';
import { IssuerRequests } from './issuer-requests';
import { jsonOf } from './json-of';
import { IssuerDiscovery } from './issuer-discovery';

/** How many answers are kept, of each kind: strangers with tokens of their own making drive out no good ones. */
const CAPACITY = 10_000;

/** How many questions are asked at once, and how many wait: strangers cannot make the issuer answer more for us (CWE-400). */
const QUESTIONS = { concurrency: 16, capacity: 256 };

/** For how long an answer counts if nothing is said, in seconds. */
const CACHE_FOR = 10;

/** The longest token that is asked about, in characters. */
const LONGEST = 8_192;

/** What was answered; null where the token is not good here. */
interface Answer {
  readonly claims: AccessTokenClaims | null;
  readonly until: number;
}

/** Asks the issuer what tokens stand for (RFC 7662), and keeps its answers for a moment. What it does not answer is not good. */
@Injectable()
export class TokenIntrospection {
  private readonly good = new LRUCache<string, Answer>({ max: CAPACITY });
  private readonly bad = new LRUCache<string, Answer>({ max: CAPACITY });
  private readonly asked = new Map<string, Promise<AccessTokenClaims>>();
  private readonly queue = new BoundedQueue(QUESTIONS);

  constructor(
    private readonly issuer: IssuerDiscovery,
    private readonly requests: IssuerRequests,
    private readonly verifier: AccessTokenVerifier,
    private readonly clock: Clock,
    @Inject(RESOURCE_SERVER_TERMS) private readonly terms: ResourceServerTerms,
  ) {}

  /**
   * What was answered a moment ago; null where the issuer has to be asked.
   * @throws {InvalidToken} when it said that the token is not good, or the token has expired since
   */
  recall(token: string): AccessTokenClaims | null {
    const digest = sha256(token);
    const answer = this.good.get(digest) ?? this.bad.get(digest);
    if (answer === undefined || this.clock.now() >= answer.until) return null;
    return this.stillGood(answer);
  }

  /**
   * What a token stands for.
   * @throws {InvalidToken} when it is not good, or not for this resource server
   * @throws {TemporarilyUnavailable} when the issuer does not say
   */
  claimsOf(token: string): Promise<AccessTokenClaims> {
    const digest = sha256(token);
    const known = this.asked.get(digest);
    if (known !== undefined) return known;
    const question = this.ask(token, digest).finally(() => this.asked.delete(digest));
    this.asked.set(digest, question);
    return question;
  }

  private async ask(token: string, digest: string): Promise<AccessTokenClaims> {
    if (token.length > LONGEST) throw new InvalidToken('malformed', 'too long to be asked about');
    const claims = this.read(await this.answerOf(token));
    const answer = { claims, until: this.clock.now() + (this.options.cacheFor ?? CACHE_FOR) * 1_000 };
    const [kept, other] = claims === null ? [this.bad, this.good] : [this.good, this.bad];
    kept.set(digest, answer);
    other.delete(digest);
    return this.stillGood(answer);
  }

  private async answerOf(token: string): Promise<Readonly<Record<string, unknown>>> {
    const { introspectionEndpoint: endpoint } = await this.issuer.metadata();
    if (endpoint === null) throw new TemporarilyUnavailable('the issuer has no introspection endpoint');
    const form = { token, token_type_hint: 'access_token' };
    const headers = { accept: 'application/json', authorization: basic(this.options) };
    const answer = await this.inTurn(() => this.requests.post(endpoint, form, headers));
    const said = answer === null ? null : jsonOf(answer.body);
    // RFC 7662 §2.2: `active` is a boolean, in every answer; without one nothing has been said of the token.
    if (typeof said?.['active'] !== 'boolean') {
      throw new TemporarilyUnavailable('the issuer does not tell about tokens');
    }
    return said;
  }

  private async inTurn<Value>(job: () => Promise<Value>): Promise<Value> {
    try {
      return await this.queue.run(job);
    } catch (error) {
      if (error instanceof QueueFull) throw new TemporarilyUnavailable('too many tokens to ask about');
      throw error;
    }
  }

  private read({ active, token_type: _type, ...claims }: Readonly<Record<string, unknown>>): AccessTokenClaims | null {
    try {
      return active === true ? this.verifier.acceptStatement(claims) : null;
    } catch (error) {
      if (error instanceof InvalidToken) return null;
      throw error;
    }
  }

  private stillGood({ claims }: Answer): AccessTokenClaims {
    if (claims === null) throw new InvalidToken('malformed', 'the issuer says that it is not good here');
    this.verifier.assertCurrent(claims);
    return claims;
  }

  private get options(): IntrospectionOptions {
    const { introspection } = this.terms;
    if (introspection === undefined) throw new InvalidToken('malformed', 'nobody is asked about tokens');
    return introspection;
  }
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined. */
function basic({ clientId, clientSecret }: IntrospectionOptions): string {
  const encode = (text: string) => new URLSearchParams({ x: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}
