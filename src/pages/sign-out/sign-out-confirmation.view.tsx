import type { VNode } from 'preact';
import { Form } from '../form.view';
import { Page, useSite } from '../layout.view';

/** What the page shows that asks whether somebody wants to sign out. */
export interface SignOutConfirmationView {
  /** Who would be signed out; more than one where nobody is current. */
  readonly people: readonly string[];
  /** The application that asks for it; null where it did not say. */
  readonly clientName: string | null;
  readonly ticket: string;
}

/** Asks whether somebody wants to sign out, since nothing has proved that they do. */
export function SignOutConfirmationPage({ people, clientName, ticket }: SignOutConfirmationView): VNode {
  const { issuer, name } = useSite();
  return (
    <Page title="Sign out?">
      <h1>Sign out?</h1>
      <p class="lead">
        {clientName === null ? 'An application' : <strong>{clientName}</strong>} asks you to sign out of {name}. You are
        signed in as <strong>{people.join(', ')}</strong>.
      </p>
      <Form action="/sign-out/confirmation" ticket={ticket}>
        <div class="buttons">
          <button id="confirm-sign-out" type="submit">
            Sign out
          </button>
          <a class="button plain" id="stay" href={`${issuer}/account`}>
            Stay signed in
          </a>
        </div>
      </Form>
    </Page>
  );
}
