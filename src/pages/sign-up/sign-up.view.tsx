import type { VNode } from 'preact';
import { Field, Form, type FormFaults, WholeFault } from '../form.view';
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
        <Field name="email" label="E-mail" type="email" autocomplete="email" value={email} faults={faults} autofocus />
        <Field
          name="username"
          label="User name"
          autocomplete="username"
          value={username}
          faults={faults}
          hint="Others may see it."
        />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="new-password"
          faults={faults}
          hint="At least 8 characters. A few unrelated words are easy to remember and hard to guess."
        />
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
