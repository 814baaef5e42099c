import type { VNode } from 'preact';
import { Form, type FormFaults, NewAccountFields, WholeFault } from '../form.view';
import { Page, useSite } from '../layout.view';

/** What the sign-up page shows. */
export interface SignUpView {
  readonly ticket: string | null;
  readonly clientName: string | null;
  readonly username: string;
  readonly email: string;
  readonly faults: FormFaults;
}

/** Where people make an account. */
export function SignUpPage({ ticket, clientName, username, email, faults }: SignUpView): VNode {
  const { issuer, name } = useSite();
  const query = ticket === null ? '' : `?ticket=${ticket}`;
  return (
    <Page title="Create an account">
      <h1>Create an account</h1>
      <p class="lead">
        {clientName === null ? (
          `at ${name}`
        ) : (
          <>
            to continue to <strong>{clientName}</strong>
          </>
        )}
      </p>
      <WholeFault faults={faults} />
      <Form action="/sign-up" ticket={ticket}>
        <NewAccountFields username={username} email={email} faults={faults} usernameHint="Others may see it." />
        <button id="sign-up" type="submit">
          Create account
        </button>
      </Form>
      <p class="beneath">
        You have one already?{' '}
        <a id="to-sign-in" href={`${issuer}/sign-in${query}`}>
          Sign in
        </a>
      </p>
    </Page>
  );
}
