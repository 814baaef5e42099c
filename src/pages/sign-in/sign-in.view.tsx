import type { VNode } from 'preact';
import { Field, Form, type FormFaults, WholeFault } from '../form.view';
import { Page, useSite } from '../layout.view';

/** What the sign-in page shows. */
export interface SignInView {
  readonly ticket: string | null;
  /** The application that the person comes from; null where they come by themselves. */
  readonly clientName: string | null;
  /** Who is signed in already and has to prove it once more; null where nobody is. */
  readonly again: string | null;
  readonly username: string;
  readonly faults: FormFaults;
  readonly mayRegister: boolean;
}

/** Where people sign in. */
export function SignInPage({ ticket, clientName, again, username, faults, mayRegister }: SignInView): VNode {
  const { issuer, name } = useSite();
  const query = ticket === null ? '' : `?ticket=${ticket}`;
  return (
    <Page title="Sign in">
      <h1>{again === null ? 'Sign in' : 'Is it you?'}</h1>
      <p class="lead">{leadOf(name, clientName, again)}</p>
      <WholeFault faults={faults} />
      <Form action="/sign-in" ticket={ticket}>
        <Field
          name="username"
          label="User name or e-mail"
          autocomplete="username"
          value={username}
          faults={faults}
          autofocus={username === ''}
        />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="current-password"
          faults={faults}
          autofocus={username !== ''}
        />
        <button id="sign-in" type="submit">
          Sign in
        </button>
      </Form>
      {mayRegister && again === null ? (
        <p class="beneath">
          No account yet?{' '}
          <a id="to-sign-up" href={`${issuer}/sign-up${query}`}>
            Create one
          </a>
        </p>
      ) : null}
    </Page>
  );
}

function leadOf(service: string, clientName: string | null, again: string | null): VNode | string {
  if (again !== null) return `You are signed in as ${again}. Sign in once more to go on.`;
  if (clientName === null) return `to your ${service} account`;
  return (
    <>
      to continue to <strong>{clientName}</strong>
    </>
  );
}

/** What the page shows to somebody who is signed in. */
export interface SignedInView {
  readonly ticket: string | null;
  readonly person: string;
  /** The address where it goes on. */
  readonly onward: string;
}

/** What somebody sees who comes back to the sign-in page although they are signed in. */
export function SignedInPage({ ticket, person, onward }: SignedInView): VNode {
  const { issuer } = useSite();
  const other = ticket === null ? '?switch=1' : `?ticket=${ticket}&switch=1`;
  return (
    <Page title="Signed in">
      <h1>You are signed in</h1>
      <p class="lead">
        as <strong>{person}</strong>
      </p>
      <div class="buttons">
        <a class="button" id="continue" href={onward}>
          Continue
        </a>
        <a class="button plain" id="switch" href={`${issuer}/sign-in${other}`}>
          Use another account
        </a>
      </div>
    </Page>
  );
}
