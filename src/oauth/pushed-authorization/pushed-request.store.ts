import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock';
import { sha256 } from '../../crypto/digest';
import { randomSecret } from '../../crypto/random-id';
import { Reader } from '../../database/reader';
import { Sweeper } from '../../database/sweeper';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import { INTERACTION_LIFETIME } from '../../interactions/interaction-tickets';
import { RequestParameters } from '../../protocol/request-parameters';
import type { AuthorizationRequest } from '../authorization-code/authorization-request';
import type { PushedRequest } from './pushed-request.entity';

/** How long a browser may take to come with a request, in seconds: it is sent on at once (RFC 9126 §2.2 recommends 5 to 600). */
export const VALID_FOR = 90;

const PREFIX = 'urn:ietf:params:oauth:request_uri:';

const REFERENCE = /^urn:ietf:params:oauth:request_uri:([A-Za-z0-9_-]{43})$/;

/** A pushed request as it was found good. */
export interface StoredRequest {
  readonly digest: string;
  readonly clientId: string;
  readonly parameters: RequestParameters;
  readonly isSigned: boolean;
  readonly jkt: string | null;
  /** Whether somebody can begin with it now; whoever has begun can go on for longer. */
  readonly isFresh: boolean;
}

/** Keeps the requests that clients push. */
@Injectable()
export class PushedRequestStore {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: Reader,
    private readonly clock: Clock,
    sweeper: Sweeper,
  ) {
    sweeper.register({ table: 'pushed_requests', primaryKey: 'digest' });
  }

  /** Keeps a request. @returns its reference, of which only the digest is kept */
  async add({ client, parameters, isSigned, dpopJkt }: AuthorizationRequest): Promise<string> {
    const secret = randomSecret().toString('base64url');
    const validUntil = this.clock.now() + VALID_FOR * 1_000;
    const row: PushedRequest = {
      digest: sha256(secret),
      client_id: client.id,
      parameters: JSON.stringify(parameters.entries),
      signed: isSigned ? 1 : 0,
      jkt: dpopJkt,
      consumed_at: null,
      valid_until: validUntil,
      expires_at: validUntil + INTERACTION_LIFETIME,
    };
    const columns = Object.keys(row);
    const sql = `INSERT INTO pushed_requests (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
    await this.unitOfWork.run((transaction) =>
      transaction.change(sql, Object.values(row) as (string | number | null)[]),
    );
    return PREFIX + secret;
  }

  /** Whether a request_uri looks like one of ours. */
  isReference(requestUri: string): boolean {
    return requestUri.startsWith(PREFIX);
  }

  /** The request of a reference that was not answered yet; null where there is none. */
  async find(requestUri: string): Promise<StoredRequest | null> {
    const secret = REFERENCE.exec(requestUri)?.[1];
    if (secret === undefined) return null;
    const now = this.clock.now();
    const sql = 'SELECT * FROM pushed_requests WHERE digest = ? AND consumed_at IS NULL AND expires_at > ?';
    const [row] = await this.reader.query<PushedRequest>(sql, [sha256(secret), now]);
    if (row === undefined) return null;
    return {
      digest: row.digest,
      clientId: row.client_id,
      parameters: RequestParameters.from(JSON.parse(row.parameters) as RequestParameters['entries']),
      isSigned: row.signed === 1,
      jkt: row.jkt,
      isFresh: row.valid_until > now,
    };
  }

  /** Uses a request up. @returns false where it was answered before */
  async consume(transaction: Transaction, digest: string): Promise<boolean> {
    const sql = 'UPDATE pushed_requests SET consumed_at = ? WHERE digest = ? AND consumed_at IS NULL';
    return (await transaction.change(sql, [this.clock.now(), digest])) === 1;
  }
}
