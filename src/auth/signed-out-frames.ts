import { Injectable } from '@nestjs/common';

/** Knows pages of others that are opened in the browser where a session has ended. @returns their addresses */
export type FrameSource = (sessionId: string) => Promise<readonly string[]>;

/** What is opened beside the page that says that somebody is signed out (OpenID Connect Front-Channel Logout §3). */
@Injectable()
export class SignedOutFrames {
  private readonly sources: FrameSource[] = [];

  /** Adds somebody who knows such pages. */
  register(source: FrameSource): void {
    this.sources.push(source);
  }

  /** The addresses of all these pages. */
  async of(sessionId: string): Promise<readonly string[]> {
    return (await Promise.all(this.sources.map((source) => source(sessionId)))).flat();
  }
}
