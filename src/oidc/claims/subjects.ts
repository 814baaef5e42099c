import { Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';

/** By which identifier each client knows a person (OpenID Connect Core §8). */
@Injectable()
export class Subjects {
  /** The `sub` of a person in ID tokens, logout tokens and UserInfo answers to this client: the same in all of them. */
  subjectOf(_client: Client, userId: string): string {
    return userId;
  }
}
