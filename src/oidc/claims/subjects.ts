import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Client } from '../../clients/client';
import { sectorOf } from '../../clients/sector';
import { equalInConstantTime, hmacSha256 } from '../../crypto/digest';
import { ServerSecrets } from '../../encryption/server-secrets';

/**
 * By which identifier each client knows a person (OpenID Connect Core §8): by the one that all know, or by one that only those of its sector know, so
 * that clients of different sectors cannot tell by what they know that they speak of the same person (DCR-08).
 */
@Injectable()
export class Subjects implements OnModuleInit {
  private secret: Buffer | undefined;

  constructor(private readonly secrets: ServerSecrets) {}

  async onModuleInit(): Promise<void> {
    this.secret = await this.secrets.get('pairwise');
  }

  /** The `sub` of a person in ID tokens, logout tokens and UserInfo answers to this client: the same in all of them. */
  subjectOf(client: Client, userId: string): string {
    return this.known(client, 'sub', userId);
  }

  /** The `sid` of a session in ID tokens and logout tokens to this client: it would tell as much as the `sub`. */
  sessionOf(client: Client, sessionId: string): string {
    return this.known(client, 'sid', sessionId);
  }

  /** Whether a `sub` that this client names is that of a person: which person it is of, nobody can tell from it. */
  isSubject(client: Client, userId: string, subject: string): boolean {
    return equalInConstantTime(Buffer.from(this.subjectOf(client, userId)), Buffer.from(subject));
  }

  /** OpenID Connect Core §8.1: from sector and local identifier, with a secret, so that nobody else can find the one from the other. */
  private known(client: Client, kind: 'sub' | 'sid', id: string): string {
    if (client.metadata.subject_type === 'public') return id;
    if (this.secret === undefined) throw new Error('The secret of pairwise identifiers is not loaded yet.');
    return hmacSha256(this.secret, JSON.stringify([kind, sectorOf(client), id])).toString('base64url');
  }
}
