import type { VNode } from 'preact';
import { labelOf } from '../../clients/client';
import type { NothingToDecide } from '../../oauth/device-authorization/device-decisions';
import { Page, useSite } from '../layout.view';

interface StateTexts {
  readonly title: string;
  readonly lead: string;
  /** Whether it is over for good, so that no other code is needed. */
  readonly isDone: boolean;
}

/** RFC 9110 §15.5: a page about what cannot be done (any more) is not a success. */
export function statusOf(state: NothingToDecide): number {
  if (state.outcome === 'taken') return 403;
  return state.outcome === 'decided' && state.decision !== null ? 200 : 410;
}

/** What has become of a code: also what people see who have just decided, press a button twice, or come back. */
export function DeviceStatePage(state: NothingToDecide): VNode {
  const { issuer } = useSite();
  const { title, lead, isDone } = textsOf(state);
  return (
    <Page title={title}>
      {state.outcome === 'decided' && state.decision === 'allowed' ? (
        <p class="sign" aria-hidden="true">
          ✓
        </p>
      ) : null}
      <h1>{title}</h1>
      <p class="lead" id="state">
        {lead}
      </p>
      <div class="buttons">
        {isDone ? null : (
          <a class="button" id="another-code" href={`${issuer}/device`}>
            Enter another code
          </a>
        )}
        <a class="button plain" id="to-account" href={`${issuer}/account`}>
          Your account
        </a>
      </div>
    </Page>
  );
}

function textsOf(state: NothingToDecide): StateTexts {
  const anew = 'Have your device show a new one, and enter that.';
  if (state.outcome === 'taken') {
    return { title: 'Somebody else has entered this code', lead: `It is theirs to decide on. ${anew}`, isDone: false };
  }
  if (state.outcome === 'expired') {
    return { title: 'This code has expired', lead: `A code is good for ten minutes. ${anew}`, isDone: false };
  }
  const name = labelOf(state.client);
  switch (state.decision) {
    case 'allowed':
      return {
        title: 'Go back to your device',
        lead: `${name} is let in; your device notices within seconds. You can close this page.`,
        isDone: true,
      };
    case 'refused':
      return { title: 'Refused', lead: `${name} has got nothing. You can close this page.`, isDone: true };
    case null:
      return { title: 'This code has been used', lead: `Somebody else has decided on it. ${anew}`, isDone: false };
  }
}
