import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import type { Client } from '../../clients/client';
import { Clock } from '../../config/clock';
import { UnitOfWork } from '../../database/unit-of-work';
import { storedScopes } from '../../protocol/scope';
import type { SessionWithUser } from '../../sessions/session-manager';
import { rolesOf } from '../../users/user.entity';
import { ClientDirectory } from '../client-authentication/client-directory';
import { type Access, permittedScopes } from '../resource-indicators/access';
import { ConsentKeeper } from '../resource-indicators/consent-keeper';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';
import type { DeviceCode, DeviceDecision } from './device-code.entity';
import { DeviceCodeStore } from './device-code.store';
import { stateOf } from './user-code-entry';

/** What a person is asked about a device. */
export interface AskedDevice {
  readonly userCode: string;
  readonly client: Client;
  readonly session: SessionWithUser;
  /** What the person can choose from. */
  readonly offered: Access;
  /** From where the device asked, and how long ago, in milliseconds. */
  readonly address: string;
  readonly age: number;
}

/** Why there is nothing to decide on. */
export type NothingToDecide =
  /** Somebody else was first to enter the code. */
  | { readonly outcome: 'taken' }
  /** `decision` of the person themselves; null where it was somebody else's, which is nobody's business. */
  | { readonly outcome: 'decided'; readonly decision: DeviceDecision; readonly client: Client }
  | { readonly outcome: 'expired' };

/** What a page has to show for a code that was entered. */
export type DeviceQuestion = { readonly outcome: 'waiting'; readonly asked: AskedDevice } | NothingToDecide;

/** Asks people about their devices, and carries out what they decide. */
@Injectable()
export class DeviceDecisions {
  constructor(
    private readonly codes: DeviceCodeStore,
    private readonly clients: ClientDirectory,
    private readonly consents: ConsentKeeper,
    private readonly catalog: ScopeCatalog,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * What is to be asked. From now on the question is this person's (EXT-01).
   * @param userCode one that was looked up before
   * @param browser what the person's browser is known by
   */
  async question(userCode: string, session: SessionWithUser, browser: string): Promise<DeviceQuestion> {
    const beholder = { userId: session.user.id, browser };
    const claimed = await this.unitOfWork.run((transaction) => this.codes.claim(transaction, userCode, beholder));
    const found = claimed ?? (await this.codes.find(userCode));
    const client = found === null ? null : await this.clients.find(found.client_id);
    if (found === null || client === null) return { outcome: 'expired' };
    if (claimed !== null) return { outcome: 'waiting', asked: await this.asked(userCode, claimed, client, session) };
    const state = stateOf(found, this.clock.now());
    if (state !== 'decided') return { outcome: state === 'waiting' ? 'taken' : 'expired' };
    return { outcome: 'decided', decision: found.user_id === session.user.id ? found.decision : null, client };
  }

  /** The device gets what the person lets it have, and this is remembered. @returns false where there was nothing (left) to decide */
  allow(asked: AskedDevice, scopes: readonly string[], origin: RequestOrigin): Promise<boolean> {
    const { userCode, client, offered } = asked;
    const { session, user } = asked.session;
    const granted = { scopes, audience: offered.audience };
    return this.unitOfWork.run(async (transaction) => {
      if (!(await this.codes.allow(transaction, userCode, scopes, asked.session))) return false;
      await this.clients.keep(transaction, client);
      const parties = { userId: user.id, clientId: client.id, sessionId: session.id, origin };
      await this.consents.keep(transaction, parties, offered, granted);
      return true;
    });
  }

  /** The device gets nothing. @returns false where there was nothing (left) to decide */
  refuse({ userCode, client, session: { session, user } }: AskedDevice, origin: RequestOrigin): Promise<boolean> {
    return this.unitOfWork.run(async (transaction) => {
      if (!(await this.codes.refuse(transaction, userCode, user.id))) return false;
      const parties = { userId: user.id, clientId: client.id, sessionId: session.id, origin };
      await this.consents.noteRefusal(transaction, parties);
      return true;
    });
  }

  private async asked(
    userCode: string,
    { scope, audience, address, created_at: askedAt }: DeviceCode,
    client: Client,
    session: SessionWithUser,
  ): Promise<AskedDevice> {
    const catalog = await this.catalog.get();
    const wanted = { scopes: storedScopes(scope), audience: audience.split(' ') };
    return {
      userCode,
      client,
      session,
      offered: { ...wanted, scopes: permittedScopes(wanted, client, rolesOf(session.user), catalog) },
      address,
      age: this.clock.now() - askedAt,
    };
  }
}
