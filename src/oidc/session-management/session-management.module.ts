import { Inject, Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { BrowserSessions } from '../../auth/browser-sessions';
import { SETTINGS, type Settings } from '../../config/settings';
import { AuthorizationAnswers } from '../../oauth/authorization-code/authorization-answers';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { isOpenidRequest } from '../openid/openid-request';
import { BrowserStates } from './browser-states';
import { CheckSessionController } from './check-session.controller';

/**
 * Session management (OpenID Connect Session Management 1.0): an application's page asks a page of ours, in a frame, whether still the same person is
 * signed in. Off by default: browsers that keep cookies from frames of other sites make it say that something has changed when nothing has.
 */
@Module({ imports: [AuthModule], controllers: [CheckSessionController], providers: [BrowserStates] })
export class SessionManagementModule {
  constructor(
    states: BrowserStates,
    browsers: BrowserSessions,
    answers: AuthorizationAnswers,
    contributions: MetadataContributions,
    @Inject(SETTINGS) { issuer }: Settings,
  ) {
    browsers.whenChanged((reply, sessionId) => states.set(reply, sessionId));
    answers.addMembers((request, { session }, reply) => {
      const { origin } = new URL(request.redirectUri);
      // A native app has no page that could ask.
      if (!isOpenidRequest(request) || origin === 'null') return {};
      states.refresh(reply.request, reply, session.id);
      return { session_state: states.sessionState(request.client.id, origin, session.id) };
    });
    contributions.register(() => ({ check_session_iframe: `${issuer}/oauth/check-session` }));
  }
}
