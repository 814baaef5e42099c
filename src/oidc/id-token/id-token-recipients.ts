import { Injectable } from '@nestjs/common';
import type { Holder } from '../../auth/eligible-holders';
import type { Client } from '../../clients/client';
import type { Transaction } from '../../database/transaction';

/**
 * What has to happen in the unit of work that gives a client an ID token with a `sid`.
 * @returns false where the session has ended meanwhile: then no token may be given
 */
export type IdTokenStep = (transaction: Transaction, client: Client, sessionId: string) => Promise<boolean>;

/** Tells whoever needs to know which clients are given ID tokens in which sessions: whatever endpoint gives one has to say so here. */
@Injectable()
export class IdTokenRecipients {
  private readonly steps: IdTokenStep[] = [];

  /** Adds what has to happen. */
  register(step: IdTokenStep): void {
    this.steps.push(step);
  }

  /** Says that a client is being given an ID token. @returns false where it may not be */
  async note(transaction: Transaction, client: Client, { session }: Holder): Promise<boolean> {
    if (session === null) return true;
    for (const step of this.steps) if (!(await step(transaction, client, session.id))) return false;
    return true;
  }
}
