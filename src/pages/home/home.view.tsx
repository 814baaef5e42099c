import type { VNode } from 'preact';
import { Notice } from '../form.view';
import { Page, useSite } from '../layout.view';

/** What the home page shows. */
export interface HomeView {
  readonly isSignedIn: boolean;
  readonly hasDocs: boolean;
  /** Whether nobody is an administrator yet. */
  readonly needsSetUp: boolean;
}

/** Says whose address this is, and where to go from here. */
export function HomePage({ isSignedIn, hasDocs, needsSetUp }: HomeView): VNode {
  const { issuer, name } = useSite();
  return (
    <Page title="Home">
      <h1>{name}</h1>
      <p class="lead">Accounts, and the applications that they sign in to.</p>
      {needsSetUp ? (
        <Notice kind="warn">
          Nobody is an administrator yet: open the link that the server printed when it started.
        </Notice>
      ) : null}
      <div class="buttons">
        {isSignedIn ? (
          <a class="button" id="to-account" href={`${issuer}/account`}>
            Your account
          </a>
        ) : (
          <a class="button" id="to-sign-in" href={`${issuer}/sign-in`}>
            Sign in
          </a>
        )}
        {hasDocs ? (
          <a class="button plain" id="to-docs" href={`${issuer}/docs`}>
            API documentation
          </a>
        ) : null}
      </div>
    </Page>
  );
}
