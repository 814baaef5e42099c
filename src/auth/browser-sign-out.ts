import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Interaction } from '../interactions/interaction-tickets';
import type { SessionWithUser } from '../sessions/session-manager';
import { BrowserInteractions } from './browser-interactions';
import { BrowserSessions } from './browser-sessions';
import { requestOrigin } from './request-origin';
import { SignedOutFrames } from './signed-out-frames';
import { SignOut } from './sign-out';

/** The page that says that somebody is signed out. */
export const SIGNED_OUT_PATH = '/signed-out';

/** Where somebody goes on to after signing out: an application that has registered the address for that. */
export interface Onward {
  readonly address: string;
  /** Whether the browser is sent there without being asked; otherwise the page shows the way. */
  readonly isAutomatic: boolean;
  readonly clientName: string;
}

/** What the page that says so is shown with. */
export interface SignedOut {
  /** Pages of applications that are opened beside it. */
  readonly frames: readonly string[];
  readonly onward: Onward | null;
}

interface Carried {
  /** Those that have ended. */
  readonly sessionIds: readonly string[];
  readonly onward: Onward | null;
}

/** Signs people out in their browsers, and leads them on from there. */
@Injectable()
export class BrowserSignOut {
  constructor(
    private readonly browsers: BrowserSessions,
    private readonly signOut: SignOut,
    private readonly frames: SignedOutFrames,
    private readonly interactions: BrowserInteractions,
  ) {}

  /** Ends sessions of a browser, or all of their persons', and sends the browser on. @param leaving none where nobody is signed in (any more) */
  async leave(
    leaving: readonly SessionWithUser[],
    which: 'these sessions' | 'all sessions',
    onward: Onward | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const origin = requestOrigin(request);
    const accounts = await this.browsers.accounts(request);
    for (const { user, session } of leaving) {
      if (which === 'these sessions') await this.signOut.signOut(user.id, session.id, origin);
      else await this.signOut.signOutEverywhere(user.id, origin);
    }
    const sessionIds = leaving.map(({ session }) => session.id);
    this.browsers.keepOnly(
      reply,
      accounts.filter(({ session }) => !sessionIds.includes(session.id)),
    );
    await this.sendOn({ sessionIds, onward }, request, reply);
  }

  /** What the page shows that the browser was sent to. @param interaction null where somebody has opened it by its address */
  async shown(interaction: Interaction | null): Promise<SignedOut> {
    if (interaction === null) return { frames: [], onward: null };
    const { sessionIds, onward } = interaction.request as Carried;
    return { frames: await this.framesOf(sessionIds), onward };
  }

  private async sendOn(carried: Carried, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { sessionIds, onward } = carried;
    const hasFrames = (await this.framesOf(sessionIds)).length > 0;
    // The ticket carries the names of sessions that have ended, for the browser that they were in.
    if (hasFrames || (onward !== null && !onward.isAutomatic)) {
      const begun = { path: SIGNED_OUT_PATH, request: carried };
      return this.interactions.sendTo(SIGNED_OUT_PATH, this.interactions.begin(begun, request, reply), reply);
    }
    const address = onward?.address ?? this.interactions.onward(null, SIGNED_OUT_PATH);
    // RFC 9700 §4.12: 303, so that no browser sends a form on.
    void reply.code(303).header('location', address).send();
  }

  private async framesOf(sessionIds: readonly string[]): Promise<string[]> {
    return (await Promise.all(sessionIds.map((id) => this.frames.of(id)))).flat();
  }
}
