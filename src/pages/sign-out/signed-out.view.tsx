import type { VNode } from 'preact';
import type { SignedOut } from '../../auth/browser-sign-out';
import { Page, useSite } from '../layout.view';

/** How long applications have to sign people out in their frames before the browser goes on, in seconds. */
export const GOES_ON_AFTER = 3;

/** What the page shows at the end. */
export interface SignedOutView extends SignedOut {
  /** Whether somebody else is still signed in in this browser. */
  readonly othersRemain: boolean;
}

/** Says who is signed in no more, and leads back to the application that has asked for it. */
export function SignedOutPage({ frames, onward, othersRemain }: SignedOutView): VNode {
  const { issuer, name } = useSite();
  return (
    <Page title="Signed out">
      <h1>You are signed out</h1>
      <p class="lead">
        Your sign-in at {name} has ended. Applications that you were signed in to with it may keep you signed in for a
        while.
      </p>
      {othersRemain ? <p>Other accounts are still signed in in this browser.</p> : null}
      <div class="buttons">
        {onward === null ? null : (
          <a class="button" id="way-back" href={onward.address} rel="noreferrer">
            {onward.isAutomatic ? 'Go on to' : 'Back to'} {onward.clientName}
          </a>
        )}
        <a
          class={onward === null ? 'button' : 'button plain'}
          id={othersRemain ? 'choose-account' : 'sign-in-again'}
          href={`${issuer}/${othersRemain ? 'choose-account' : 'sign-in'}`}
        >
          {othersRemain ? 'Choose an account' : 'Sign in again'}
        </a>
      </div>
      {frames.map((address) => (
        <iframe src={address} title="An application signs you out" class="unseen" tabIndex={-1} aria-hidden="true" />
      ))}
    </Page>
  );
}
