import type { VNode } from 'preact';
import { Page, useSite } from '../layout.view';

/** What the page shows at the end. */
export interface SignedOutView {
  /** Whether somebody else is still signed in in this browser. */
  readonly othersRemain: boolean;
}

/** Says who is signed in no more. */
export function SignedOutPage({ othersRemain }: SignedOutView): VNode {
  const { issuer, name } = useSite();
  return (
    <Page title="Signed out">
      <h1>You are signed out</h1>
      <p class="lead">of {name}. Applications that you were signed in to with it may keep you signed in for a while.</p>
      {othersRemain ? <p>Other accounts are still signed in in this browser.</p> : null}
      <div class="buttons">
        {othersRemain ? (
          <a class="button" id="choose-account" href={`${issuer}/choose-account`}>
            Choose an account
          </a>
        ) : (
          <a class="button" id="sign-in-again" href={`${issuer}/sign-in`}>
            Sign in again
          </a>
        )}
      </div>
    </Page>
  );
}
