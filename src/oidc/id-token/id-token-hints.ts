import { Inject, Injectable } from '@nestjs/common';
import { compactVerify, errors } from 'jose';
import type { Client } from '../../clients/client';
import { SETTINGS, type Settings } from '../../config/settings';
import { KeyRing } from '../../keys/key-ring';
import type { UsableKey } from '../../keys/signing-key-material';
import { readCompactJws } from '../../protocol/compact-jws';
import { Subjects } from '../claims/subjects';
import { ID_TOKEN_TYPE } from './id-token-mint';

/** What an ID token of ours says of whoever it was about. */
export interface IdTokenHint {
  /** As the clients of the audience know the person. */
  readonly subject: string;
  /** The ids of the clients that it was made for. */
  readonly audience: readonly string[];
  /** The session in which it was made; null where there was none. */
  readonly sessionId: string | null;
  /** When it was made, epoch seconds. */
  readonly issuedAt: number;
}

/** Reads ID tokens of ours that come back to us: they are shown to remind of somebody, and prove nothing (OpenID Connect Core §3.1.2.1). */
@Injectable()
export class IdTokenHints {
  constructor(
    private readonly keyRing: KeyRing,
    private readonly subjects: Subjects,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * What an ID token says, expired or not: whoever reminds us of somebody does so long after.
   * @returns null where this server has not signed it, or not as an ID token; so, too, when its key has retired or was revoked
   */
  async read(token: string): Promise<IdTokenHint | null> {
    const header = readCompactJws(token);
    // RFC 8725 §3.11: neither an access token nor a logout token is an ID token.
    if (header === null || header.typ !== ID_TOKEN_TYPE || typeof header.kid !== 'string') return null;
    const key = this.keyRing.verificationKey(header.kid);
    // RFC 8725 §3.1: the algorithm is that of the key, whatever the token says; what nobody has signed reminds of nobody.
    if (key === undefined || key.alg !== header.alg) return null;
    const claims = await claimsOf(token, key);
    return claims === null || claims.iss !== this.settings.issuer ? null : hintIn(claims);
  }

  /** The same of a hint that a client brings: it has to be one that was made for it. */
  async readFor(client: Client, token: string): Promise<IdTokenHint | null> {
    const hint = await this.read(token);
    return hint !== null && hint.audience.includes(client.id) ? hint : null;
  }

  /** Whether a hint that was made for a client speaks of this person. */
  isAbout({ subject }: IdTokenHint, client: Client, userId: string): boolean {
    return this.subjects.subjectOf(client, userId) === subject;
  }
}

async function claimsOf(
  token: string,
  { publicKey, alg }: UsableKey,
): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const { payload } = await compactVerify(token, publicKey, { algorithms: [alg] });
    const claims: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    return typeof claims === 'object' ? (claims as Record<string, unknown> | null) : null;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/** What else we sign for clients has not all of these (OpenID Connect Core §2). */
function hintIn({
  sub,
  aud,
  sid,
  iat,
  exp,
  auth_time: authTime,
}: Readonly<Record<string, unknown>>): IdTokenHint | null {
  const audience = (Array.isArray(aud) ? aud : [aud]) as unknown[];
  const isWhole =
    typeof sub === 'string' &&
    audience.every((each) => typeof each === 'string') &&
    [iat, exp, authTime].every((instant) => typeof instant === 'number');
  if (!isWhole) return null;
  return {
    subject: sub,
    audience,
    sessionId: typeof sid === 'string' ? sid : null,
    issuedAt: iat as number,
  };
}
