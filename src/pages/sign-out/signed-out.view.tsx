import type { VNode } from 'preact';
import { Page, useSite } from '../layout.view';

/** Says that nobody is signed in any more. */
export function SignedOutPage(): VNode {
  const { issuer, name } = useSite();
  return (
    <Page title="Signed out">
      <h1>You are signed out</h1>
      <p class="lead">of {name}. Applications that you were signed in to with it may keep you signed in for a while.</p>
      <a class="button" id="sign-in-again" href={`${issuer}/sign-in`}>
        Sign in again
      </a>
    </Page>
  );
}
